#include "apps/images/images.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

namespace volley::images {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const Request& request) {
  const fs::path inside = fs::path(request.data) / (request.fashion ? "fashion-mnist" : "mnist");
  return (fs::exists(inside) ? inside : fs::path(request.data)).string();
}

absl::StatusOr<io::LabelledImages> read_part(const std::string& folder, const std::string& part) {
  // Compressed as the sets are published, or unpacked.
  const auto path = [&](const std::string& name) {
    const std::string packed = (fs::path(folder) / (part + name + ".gz")).string();
    const std::string plain = (fs::path(folder) / (part + name)).string();
    return fs::exists(packed) || !fs::exists(plain) ? packed : plain;
  };
  const std::string images = path("-images-idx3-ubyte"), labels = path("-labels-idx1-ubyte");
  if (!fs::exists(images)) {
    return absl::NotFoundError(absl::StrFormat(
        "%s: no such file; set `--data` to the folder that holds the four files of the set, or mnist/ and "
        "fashion-mnist/",
        images));
  }
  return io::read_labelled_images(images, labels, kClasses);
}

void keep(io::LabelledImages& images, std::size_t first, std::size_t count) {
  const auto size = static_cast<std::ptrdiff_t>(images.images.image_size());
  const auto begin = static_cast<std::ptrdiff_t>(first), end = static_cast<std::ptrdiff_t>(first + count);
  auto& pixels = images.images.pixels;
  pixels = std::vector<std::uint8_t>(pixels.begin() + begin * size, pixels.begin() + end * size);
  images.labels = std::vector<std::uint8_t>(images.labels.begin() + begin, images.labels.begin() + end);
  images.images.count = static_cast<std::uint32_t>(count);
}

absl::Status enough(const char* option, std::uint32_t asked, std::size_t there, const char* of) {
  if (asked <= there) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("%s %d: there are %d %s images; ask for fewer", option, asked, there, of));
}

}  // namespace

absl::StatusOr<DataSet> load(const Request& request) {
  const std::string folder = folder_of(request);
  DataSet data;
  auto train = read_part(folder, "train");
  if (!train.ok()) return train.status();
  data.train = *std::move(train);
  if (request.held_out == 0) {
    auto test = read_part(folder, "t10k");
    if (!test.ok()) return test.status();
    data.test = *std::move(test);
  } else {
    if (request.held_out >= data.train.size()) {
      return absl::InvalidArgumentError(absl::StrFormat("--held-out %d: there are %d training images; hold out fewer",
                                                        request.held_out, data.train.size()));
    }
    const std::size_t rest = data.train.size() - request.held_out;
    data.test = data.train;
    keep(data.test, rest, request.held_out);
    keep(data.train, 0, rest);
  }
  const auto& a = data.train.images;
  const auto& b = data.test.images;
  if (a.rows != b.rows || a.columns != b.columns) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: training images have %d x %d pixels and test images %d x %d; they must be alike", folder,
                        a.rows, a.columns, b.rows, b.columns));
  }
  if (absl::Status s = enough("--train", request.train, data.train.size(), "training"); !s.ok()) return s;
  if (absl::Status s = enough("--test", request.test, data.test.size(), "test"); !s.ok()) return s;
  return data;
}

}  // namespace volley::images
