// Writes IDX files, whole, compressed or damaged, and small sets of images whose classes can be told apart.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/random.h"
#include "tests/support/temporary_folder.h"

namespace volley::test {

inline std::string big_endian(std::uint32_t x) {
  return {static_cast<char>(x >> 24), static_cast<char>(x >> 16), static_cast<char>(x >> 8), static_cast<char>(x)};
}

inline std::string idx_images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns,
                              const std::string& pixels) {
  return big_endian(2051) + big_endian(count) + big_endian(rows) + big_endian(columns) + pixels;
}
inline std::string idx_labels(std::uint32_t count, const std::string& labels) {
  return big_endian(2049) + big_endian(count) + labels;
}

inline std::string gzipped(const std::string& bytes) {
  z_stream z{};
  if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("deflateInit2");
  std::string out(deflateBound(&z, bytes.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  if (deflate(&z, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("deflate");
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

// Ten classes of 5 x 6 pixels: three bright pixels of its own each, and noise everywhere.
struct SmallSet {
  std::string pixels, labels;
};
inline SmallSet small_set(std::uint32_t count, std::uint64_t seed) {
  SmallSet set;
  RandomStream random(StreamKey{seed, Purpose::kUser, 77}, 0);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t label = random.next_below(10);
    set.labels.push_back(static_cast<char>(label));
    for (std::uint32_t p = 0; p < 30; ++p) {
      const double noise = 120 * random.next_uniform();
      set.pixels.push_back(static_cast<char>(static_cast<std::uint8_t>(p / 3 == label ? 255 - noise : noise / 2)));
    }
  }
  return set;
}

// The four files of a set as the published ones are called and compressed.
inline void write_small_set(const TemporaryFolder& folder, std::uint32_t train = 400, std::uint32_t test = 100) {
  const SmallSet a = small_set(train, 1), b = small_set(test, 2);
  folder.file("train-images-idx3-ubyte.gz", gzipped(idx_images(train, 5, 6, a.pixels)));
  folder.file("train-labels-idx1-ubyte.gz", gzipped(idx_labels(train, a.labels)));
  folder.file("t10k-images-idx3-ubyte.gz", gzipped(idx_images(test, 5, 6, b.pixels)));
  folder.file("t10k-labels-idx1-ubyte.gz", gzipped(idx_labels(test, b.labels)));
}

}  // namespace volley::test
