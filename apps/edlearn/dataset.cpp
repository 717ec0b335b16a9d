#include "apps/edlearn/dataset.h"

#include <filesystem>
#include <numeric>
#include <utility>

#include "absl/strings/str_format.h"
#include "apps/edlearn/streams.h"
#include "engine/random.h"

namespace volley::edlearn {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const Settings& settings) {
  const fs::path inside = fs::path(settings.data) / (settings.fashion ? "fashion-mnist" : "mnist");
  return (fs::exists(inside) ? inside : fs::path(settings.data)).string();
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

absl::StatusOr<DataSet> load_data(const Settings& settings) {
  const std::string folder = folder_of(settings);
  DataSet data;
  auto train = read_part(folder, "train");
  if (!train.ok()) return train.status();
  data.train = *std::move(train);
  if (settings.held_out == 0) {
    auto test = read_part(folder, "t10k");
    if (!test.ok()) return test.status();
    data.test = *std::move(test);
  } else {
    if (settings.held_out >= data.train.size()) {
      return absl::InvalidArgumentError(absl::StrFormat("--held-out %d: there are %d training images; hold out fewer",
                                                        settings.held_out, data.train.size()));
    }
    const std::size_t rest = data.train.size() - settings.held_out;
    data.test = data.train;
    keep(data.test, rest, settings.held_out);
    keep(data.train, 0, rest);
  }
  const auto& a = data.train.images;
  const auto& b = data.test.images;
  if (a.rows != b.rows || a.columns != b.columns) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: training images have %d x %d pixels and test images %d x %d; they must be alike", folder,
                        a.rows, a.columns, b.rows, b.columns));
  }
  if (absl::Status s = enough("--train", settings.train, data.train.size(), "training"); !s.ok()) return s;
  if (absl::Status s = enough("--test", settings.test, data.test.size(), "test"); !s.ok()) return s;
  return data;
}

std::vector<std::uint32_t> choose(std::uint32_t count, std::uint32_t total, std::uint64_t seed, std::uint32_t purpose,
                                  std::uint64_t item, bool shuffled) {
  std::vector<std::uint32_t> all(total);
  std::iota(all.begin(), all.end(), 0u);
  if (count == total && !shuffled) return all;
  RandomStream random(stream(seed, purpose), item);
  for (std::uint32_t i = 0; i < count; ++i) std::swap(all[i], all[i + random.next_below(total - i)]);
  all.resize(count);
  return all;
}

std::vector<std::uint32_t> training_images(const Settings& settings, std::uint32_t available, std::uint32_t epoch) {
  // Fixed images are the first of the set, shown in another order in every epoch.
  return choose(settings.train, settings.fixed_images ? settings.train : available, settings.seed, kTrainingOrder,
                epoch, true);
}

std::vector<std::uint32_t> test_images(const Settings& settings, std::uint32_t available, std::uint32_t epoch) {
  return choose(settings.test, available, settings.seed, kTestChoice, settings.fixed_images ? 0 : epoch, false);
}

}  // namespace volley::edlearn
