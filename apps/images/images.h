// The images that programs learn from: MNIST, or sets of the same layout, out of a folder.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "io/idx.h"

namespace volley::images {

inline constexpr std::uint32_t kClasses = 10;

struct Request {
  std::string data = "data";  // folder of the four IDX files, or of mnist/ and fashion-mnist/
  bool fashion = false;
  std::uint32_t train = 1, test = 1;  // as many images must be there at least
  std::uint32_t held_out = 0;         // this many of the last training images become the test set
};

struct DataSet {
  io::LabelledImages train, test;
};

// All images of both parts; files plain or compressed. The errors of io::read_labelled_images(); InvalidArgument when
// there are fewer images than are asked for, or the images of the two parts differ in size.
absl::StatusOr<DataSet> load(const Request& request);

}  // namespace volley::images
