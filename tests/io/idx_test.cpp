#include "io/idx.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/idx_files.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

namespace volley::io {
namespace {

using namespace volley::test;

bool says(const absl::Status& status, const std::string& part) {
  return std::string(status.message()).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("images and labels are read, compressed or not") {
  const TemporaryFolder folder;
  const std::string pixels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, static_cast<char>(255)};
  for (const bool packed : {false, true}) {
    const std::string bytes = idx_images(2, 2, 3, pixels);
    const auto images = read_idx_images(folder.file("i", packed ? gzipped(bytes) : bytes));
    REQUIRE(images.ok());
    CHECK(images->count == 2);
    CHECK(images->rows == 2);
    CHECK(images->columns == 3);
    CHECK(images->image(1)[0] == 6);
    CHECK(images->image(1)[5] == 255);
    const std::string names = idx_labels(2, {3, 9});
    const auto labels = read_idx_labels(folder.file("l", packed ? gzipped(names) : names));
    REQUIRE(labels.ok());
    CHECK(*labels == std::vector<std::uint8_t>{3, 9});
  }
}

TEST_CASE("a file cut anywhere is refused, with the reason and its path") {
  const TemporaryFolder folder;
  const std::string plain = idx_images(3, 2, 2, std::string(12, 'x')), packed = gzipped(plain);
  for (const std::string& bytes : {plain, packed}) {
    for (std::size_t n = 0; n < bytes.size(); ++n) {
      const auto images = read_idx_images(folder.file("cut", bytes.substr(0, n)));
      INFO(n << " of " << bytes.size() << " bytes");
      REQUIRE_FALSE(images.ok());
      CHECK(says(images.status(), folder.path("cut")));
    }
  }
  const auto cut = read_idx_images(folder.file("cut.gz", packed.substr(0, packed.size() - 9)));
  CHECK(absl::IsDataLoss(cut.status()));
  CHECK(says(cut.status(), "cut off or damaged"));
}

TEST_CASE("damaged, wrong and unlike files are told apart") {
  const TemporaryFolder folder;
  std::string packed = gzipped(idx_labels(400, std::string(400, 1)));
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1);  // in the check sum
  CHECK(absl::IsDataLoss(read_idx_labels(folder.file("sum.gz", packed)).status()));

  const std::string labels = folder.file("l", idx_labels(2, {1, 2}));
  CHECK(says(read_idx_images(labels).status(), "magic number 2049, must be 2051 for images"));
  const std::string images = folder.file("i", idx_images(3, 1, 1, "abc"));
  CHECK(says(read_idx_labels(images).status(), "magic number 2051, must be 2049 for labels"));
  CHECK(says(read_idx_labels(folder.file("long", idx_labels(2, {1, 2, 3}))).status(), "goes on after the 10 bytes"));
  CHECK(says(read_idx_images(folder.file("none", idx_images(0, 1, 1, ""))).status(), "dimension 1 is 0"));
  CHECK(says(read_idx_images(folder.file("huge", idx_images(0xffffffff, 0xffffffff, 2, ""))).status(), "dimension 2"));
  CHECK(absl::IsNotFound(read_idx_images(folder.path("absent")).status()));

  CHECK(says(read_labelled_images(images, labels, 10).status(), "holds 3 images and"));
  CHECK(says(read_labelled_images(images, labels, 10).status(), "2 labels; they must be equally many"));
  CHECK(says(read_labelled_images(images, folder.file("l3", idx_labels(3, {1, 10, 2})), 10).status(),
             "label 10 of image 1, must be below 10"));
}

TEST_CASE("MNIST and Fashion-MNIST are complete") {
  for (const auto& [set, first] : {std::pair("mnist", 5), std::pair("fashion-mnist", 9)}) {
    const auto folder = shared_data(set);
    if (!folder) return;
    const auto train =
        read_labelled_images(*folder + "/train-images-idx3-ubyte.gz", *folder + "/train-labels-idx1-ubyte.gz", 10);
    REQUIRE(train.ok());
    CHECK(train->size() == 60'000);
    CHECK(train->images.rows == 28);
    CHECK(train->images.columns == 28);
    CHECK(train->labels.front() == first);
    const auto test =
        read_labelled_images(*folder + "/t10k-images-idx3-ubyte.gz", *folder + "/t10k-labels-idx1-ubyte.gz", 10);
    REQUIRE(test.ok());
    CHECK(test->size() == 10'000);
  }
}

}  // namespace volley::io
