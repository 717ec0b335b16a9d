// IDX files, the format of MNIST and of everything that copies its layout: images or labels, one byte each, plain or
// compressed with gzip (http://yann.lecun.com/exdb/mnist, "file formats"; numbers are big-endian).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace volley::io {

struct IdxImages {
  std::uint32_t count = 0, rows = 0, columns = 0;
  std::vector<std::uint8_t> pixels;  // image after image, row after row

  std::size_t image_size() const { return std::size_t{rows} * columns; }
  // REQUIRES: i < count. Lives as long as `pixels`.
  std::span<const std::uint8_t> image(std::size_t i) const { return {pixels.data() + i * image_size(), image_size()}; }
};

// Both follow the file's name for nothing: whether it is compressed is seen from its bytes.
// NotFound when there is no such file; InvalidArgument when it is no IDX file of bytes with three dimensions (magic
// number 2051) or one (2049); DataLoss when it ends too early, goes on too long, or its compressed data are damaged.
absl::StatusOr<IdxImages> read_idx_images(const std::string& path);
absl::StatusOr<std::vector<std::uint8_t>> read_idx_labels(const std::string& path);

// Images and their labels. The errors of both; InvalidArgument when they are not equally many, and when a label is not
// below `classes`.
struct LabelledImages {
  IdxImages images;
  std::vector<std::uint8_t> labels;

  std::size_t size() const { return labels.size(); }
};
absl::StatusOr<LabelledImages> read_labelled_images(const std::string& images, const std::string& labels,
                                                    std::uint32_t classes);

}  // namespace volley::io
