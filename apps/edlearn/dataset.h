// The images of a run: MNIST or Fashion-MNIST out of a folder, and which of them are shown when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/edlearn/settings.h"
#include "io/idx.h"

namespace volley::edlearn {

struct DataSet {
  io::LabelledImages train, test;
};

// The four IDX files of `settings.data`, or of `mnist` or `fashion-mnist` in it. With settings.held_out the last so
// many training images become the test set. The errors of io::read_labelled_images(); InvalidArgument when there are
// fewer images than are asked for, or train and test differ in size.
absl::StatusOr<DataSet> load_data(const Settings& settings);

// `count` of `total` numbers, each at most once, in random order: a pure function of (seed, purpose, item). All of them
// in their own order where count == total and `shuffled` is false. REQUIRES: count <= total.
std::vector<std::uint32_t> choose(std::uint32_t count, std::uint32_t total, std::uint64_t seed, std::uint32_t purpose,
                                  std::uint64_t item, bool shuffled);

// Which images epoch `epoch` (from 0 on) shows, in order.
std::vector<std::uint32_t> training_images(const Settings& settings, std::uint32_t available, std::uint32_t epoch);
std::vector<std::uint32_t> test_images(const Settings& settings, std::uint32_t available, std::uint32_t epoch);

}  // namespace volley::edlearn
