#include "io/idx.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/str_format.h"
#include "io/file_bytes.h"

namespace volley::io {
namespace {

constexpr std::uint32_t kImages = 2051, kLabels = 2049;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;  // of one file's content

// A file read front to back, decompressed if it is gzip's.
class GzFile {
 public:
  static absl::StatusOr<GzFile> open(const std::string& path) {
    if (absl::Status status = check_regular_file(path); !status.ok()) return status;
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return absl::NotFoundError(absl::StrFormat("%s: cannot be opened", path));
    gzbuffer(file, 1 << 18);
    return GzFile(path, file);
  }

  // Fills `out`; DataLoss when the file ends before.
  absl::Status read(std::uint8_t* out, std::size_t bytes) {
    while (bytes > 0) {
      const int got = gzread(file_.get(), out, static_cast<unsigned>(std::min<std::size_t>(bytes, 1 << 24)));
      if (got < 0) return damaged();
      if (got == 0) {
        if (absl::Status status = damage(); !status.ok()) return status;
        return absl::DataLossError(
            absl::StrFormat("%s: ends after %d bytes, %d more were announced; copy the file anew", path_, at_, bytes));
      }
      at_ += static_cast<std::uint64_t>(got);
      out += got;
      bytes -= static_cast<std::size_t>(got);
    }
    return absl::OkStatus();
  }

  // DataLoss unless nothing is left.
  absl::Status end() {
    std::uint8_t more;
    const int got = gzread(file_.get(), &more, 1);
    if (got < 0) return damaged();
    if (absl::Status status = damage(); !status.ok()) return status;
    if (got == 0) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrFormat("%s: goes on after the %d bytes that its head announces; copy the file anew", path_, at_));
  }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };
  GzFile(std::string path, gzFile file) : path_(std::move(path)), file_(file) {}

  // A compressed file that ends early is told apart from one that is complete by zlib's error alone.
  absl::Status damage() {
    int error = Z_OK;
    gzerror(file_.get(), &error);
    return error == Z_OK || error == Z_STREAM_END ? absl::OkStatus() : damaged();
  }
  absl::Status damaged() {
    int error = Z_OK;
    const char* what = gzerror(file_.get(), &error);
    return absl::DataLossError(
        absl::StrFormat("%s: compressed data are cut off or damaged after %d bytes (%s); copy "
                        "the file anew",
                        path_, at_, error == Z_BUF_ERROR ? "unexpected end of file" : what));
  }

  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::uint64_t at_ = 0;
};

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

// The dimensions that the head announces.
template <std::size_t N>
absl::StatusOr<std::array<std::uint32_t, N>> read_head(GzFile& file, const std::string& path, std::uint32_t magic,
                                                       const char* what) {
  std::array<std::uint8_t, 4 + 4 * N> head;
  if (absl::Status status = file.read(head.data(), 4); !status.ok()) return status;
  if (big_endian(head.data()) != magic) {
    return absl::InvalidArgumentError(absl::StrFormat("%s: magic number %d, must be %d for %s; is it another file?",
                                                      path, big_endian(head.data()), magic, what));
  }
  if (absl::Status status = file.read(head.data() + 4, 4 * N); !status.ok()) return status;
  std::array<std::uint32_t, N> dimensions;
  std::uint64_t bytes = 1;
  for (std::size_t d = 0; d < N; ++d) {
    dimensions[d] = big_endian(head.data() + 4 + 4 * d);
    if (dimensions[d] == 0 || dimensions[d] > kMostBytes / bytes) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: dimension %d is %d, must be at least 1 and all together at most %d bytes", path, d + 1,
                          dimensions[d], kMostBytes));
    }
    bytes *= dimensions[d];
  }
  return dimensions;
}

}  // namespace

absl::StatusOr<IdxImages> read_idx_images(const std::string& path) {
  absl::StatusOr<GzFile> file = GzFile::open(path);
  if (!file.ok()) return file.status();
  const auto size = read_head<3>(*file, path, kImages, "images");
  if (!size.ok()) return size.status();
  IdxImages images{.count = (*size)[0], .rows = (*size)[1], .columns = (*size)[2], .pixels = {}};
  // Grown as bytes arrive, so that a head that lies does not take the memory it speaks of; what is only reserved takes
  // none.
  const std::size_t total = images.count * images.image_size(), step = std::size_t{1} << 24;
  images.pixels.reserve(std::min<std::size_t>(total, std::size_t{1} << 30));
  while (images.pixels.size() < total) {
    const std::size_t have = images.pixels.size(), more = std::min(step, total - have);
    images.pixels.resize(have + more);
    if (absl::Status status = file->read(images.pixels.data() + have, more); !status.ok()) return status;
  }
  images.pixels.shrink_to_fit();
  if (absl::Status status = file->end(); !status.ok()) return status;
  return images;
}

absl::StatusOr<std::vector<std::uint8_t>> read_idx_labels(const std::string& path) {
  absl::StatusOr<GzFile> file = GzFile::open(path);
  if (!file.ok()) return file.status();
  const auto size = read_head<1>(*file, path, kLabels, "labels");
  if (!size.ok()) return size.status();
  std::vector<std::uint8_t> labels;
  const std::size_t total = (*size)[0], step = std::size_t{1} << 24;
  while (labels.size() < total) {
    const std::size_t have = labels.size(), more = std::min(step, total - have);
    labels.resize(have + more);
    if (absl::Status status = file->read(labels.data() + have, more); !status.ok()) return status;
  }
  if (absl::Status status = file->end(); !status.ok()) return status;
  return labels;
}

absl::StatusOr<LabelledImages> read_labelled_images(const std::string& images, const std::string& labels,
                                                    std::uint32_t classes) {
  LabelledImages both;
  auto pixels = read_idx_images(images);
  if (!pixels.ok()) return pixels.status();
  auto names = read_idx_labels(labels);
  if (!names.ok()) return names.status();
  if (pixels->count != names->size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s holds %d images and %s %d labels; they must be equally many, take both from one set",
                        images, pixels->count, labels, names->size()));
  }
  for (std::size_t i = 0; i < names->size(); ++i) {
    if ((*names)[i] >= classes) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: label %d of image %d, must be below %d", labels, (*names)[i], i, classes));
    }
  }
  both.images = *std::move(pixels);
  both.labels = *std::move(names);
  return both;
}

}  // namespace volley::io
