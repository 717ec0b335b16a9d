// The images of a run, and which of them are shown when.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/edlearn/settings.h"
#include "apps/images/images.h"

namespace volley::edlearn {

using images::DataSet;

// What images::load() gives for these settings.
absl::StatusOr<DataSet> load_data(const Settings& settings);

// `count` of `total` numbers, each at most once, in random order: a pure function of (seed, purpose, item). All of them
// in their own order where count == total and `shuffled` is false. REQUIRES: count <= total.
std::vector<std::uint32_t> choose(std::uint32_t count, std::uint32_t total, std::uint64_t seed, std::uint32_t purpose,
                                  std::uint64_t item, bool shuffled);

// Which images epoch `epoch` (from 0 on) shows, in order.
std::vector<std::uint32_t> training_images(const Settings& settings, std::uint32_t available, std::uint32_t epoch);
std::vector<std::uint32_t> test_images(const Settings& settings, std::uint32_t available, std::uint32_t epoch);

}  // namespace volley::edlearn
