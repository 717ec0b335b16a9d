// What a trained network answers: labels from training images, then the test images.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "apps/digits/network.h"
#include "apps/digits/settings.h"
#include "apps/images/images.h"

namespace volley::digits {

struct Tested {
  std::uint32_t right = 0;           // by the paper's readout
  std::uint32_t right_by_parts = 0;  // by Vote::answer_by_parts()
  std::uint32_t images = 0;
  double spikes_per_image = 0;
};

// Labels by `settings.label` training images, then answers to all test images, with weights and thresholds fixed.
// `each` is called after every image with how many of both are done; an error of it ends the test.
absl::StatusOr<Tested> test(const Settings& settings, const Learned& state, const images::DataSet& data,
                            const std::function<absl::Status(std::uint64_t)>& each);

}  // namespace volley::digits
