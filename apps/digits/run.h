// One run of the program: training passes, labels, test, report.
#pragma once

#include "absl/status/statusor.h"
#include "apps/digits/network.h"
#include "apps/digits/settings.h"
#include "apps/edlearn/dataset.h"
#include "apps/volley/console.h"
#include "apps/volley/status.h"

namespace volley::digits {

struct Tested {
  std::uint32_t right = 0, images = 0;
  double spikes_per_image = 0;
};

// Labels by `settings.label` training images, then answers to all test images, with weights and thresholds fixed.
absl::StatusOr<Tested> test(const Settings& settings, const Learned& state, const edlearn::DataSet& data,
                            app::Console& console);

absl::StatusOr<app::ExitCode> carry_out(const Settings& settings, app::Console& console);

}  // namespace volley::digits
