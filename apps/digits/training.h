// Training: stretches of images, each a function of what the last one left and of its first image's number alone.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "apps/digits/network.h"
#include "apps/digits/settings.h"
#include "apps/images/images.h"

namespace volley::digits {

// A stretch begins with a fresh simulation of the weights (single precision) and thresholds, so that a run which goes
// on from a checkpoint computes the same bits. Pass p shows image k as number p * train + k: a number is the
// generator's position, too (viewer.h).
inline constexpr std::uint32_t kStretch = 1000;

// The images of a pass in random order.
std::vector<std::uint32_t> order_of(const Settings& settings, std::uint32_t pass);

// rate_post for a stretch that begins after `shown` of all passes' images.
double rate_at(const Settings& settings, std::uint64_t shown);

struct StretchReport {
  std::uint64_t images = 0, input_spikes = 0, output_spikes = 0;
};

// Shows the images from number `shown` to the end of its stretch or pass, whichever is first, and moves `state` and
// `shown` there. `each` is called after every image with how many of the stretch are done; an error of it ends the
// stretch and leaves both as they were.
absl::Status train_stretch(const Settings& settings, const images::DataSet& data, Learned& state, std::uint64_t& shown,
                           StretchReport& report, const std::function<absl::Status(std::uint64_t)>& each);

}  // namespace volley::digits
