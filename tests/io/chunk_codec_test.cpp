#include "io/chunk_codec.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <random>
#include <vector>

#include "io/huffman.h"

namespace volley::io {
namespace {

using Bytes = std::vector<std::byte>;

// Undoes HDF5's filters with zlib's own inflate and a shuffle written out.
Bytes decoded(const EncodedChunk& chunk, std::size_t chunk_bytes, std::size_t width) {
  Bytes shuffled(chunk_bytes);
  if ((chunk.filter_mask & 2) != 0) {
    REQUIRE(chunk.bytes.size() == chunk_bytes);
    std::copy(chunk.bytes.begin(), chunk.bytes.end(), shuffled.begin());
  } else {
    uLongf size = chunk_bytes;
    REQUIRE(uncompress(reinterpret_cast<Bytef*>(shuffled.data()), &size,
                       reinterpret_cast<const Bytef*>(chunk.bytes.data()), chunk.bytes.size()) == Z_OK);
    REQUIRE(size == chunk_bytes);
  }
  Bytes data(chunk_bytes);
  const std::size_t elements = chunk_bytes / width;
  for (std::size_t i = 0; i < elements; ++i) {
    for (std::size_t b = 0; b < width; ++b) data[i * width + b] = shuffled[b * elements + i];
  }
  return data;
}

template <class T>
Bytes filled(std::size_t count, const std::function<T(std::size_t)>& value) {
  Bytes bytes(count * sizeof(T));
  for (std::size_t i = 0; i < count; ++i) {
    const T v = value(i);
    std::memcpy(&bytes[i * sizeof v], &v, sizeof v);
  }
  return bytes;
}

// The encoded size, after checking that it comes back.
std::size_t size_after(const Bytes& data, std::size_t elements, std::size_t width) {
  ChunkCodec codec;
  const EncodedChunk chunk = codec.encode(data, elements * width, width);
  Bytes whole = data;
  whole.resize(elements * width);
  CHECK(decoded(chunk, elements * width, width) == whole);
  return chunk.bytes.size();
}

TEST_CASE("every kind of chunk, full or not, comes back through zlib") {
  std::mt19937_64 random(1);
  double now = 0;
  const std::function<double(std::size_t)> values[] = {
      [&](std::size_t) { return now += std::ldexp(static_cast<double>(random()), -70); },  // exact times
      [&](std::size_t i) { return 0.1 * static_cast<double>(i / 7); },                     // times on a grid
      [&](std::size_t) { return -65.0; },
      [&](std::size_t i) { return static_cast<double>(i % 1000); },
      [&](std::size_t) { return std::bit_cast<double>(random()); },  // nothing to gain
      [&](std::size_t) { return random() % 100 == 0 ? 1.0 : 0.0; },
  };
  for (const auto& value : values) {
    now = 0;
    for (const std::size_t elements : {1u, 16u, 1000u, 4097u, 32768u, 70000u}) {
      for (const std::size_t count : {elements, elements - 1, elements / 2, std::size_t{1}}) {
        if (count == 0) continue;
        const Bytes data = filled<double>(count, value);
        INFO(elements << " " << count);
        size_after(data, elements, 8);
        size_after(data, 2 * elements, 4);
      }
    }
  }
}

TEST_CASE("a column's chunks come back also where their planes are not what an earlier chunk's were") {
  constexpr std::size_t kCount = 4096;
  std::mt19937_64 random(4);
  const Bytes noise = filled<std::uint64_t>(kCount, [&](std::size_t) { return random(); });
  const Bytes runs = filled<std::uint64_t>(kCount, [&](std::size_t i) { return i / 100; });
  ChunkCodec codec;
  for (const bool noise_first : {true, false}) {
    PlaneKinds kinds;
    std::vector<std::size_t> sizes_of_runs;
    for (unsigned k = 0; k < 2 * PlaneKinds::kLasts + 2; ++k) {
      const bool is_noise = k == 0 ? noise_first : !noise_first;
      const Bytes& data = is_noise ? noise : runs;
      const EncodedChunk chunk = codec.encode(data, data.size(), 8, &kinds);
      CHECK(decoded(chunk, data.size(), 8) == data);
      if (!is_noise) sizes_of_runs.push_back(chunk.bytes.size());
    }
    // Judged as noise at first, and as what they are with the next judgement.
    CHECK(sizes_of_runs.back() < kCount * 8 / 20);
  }
}

TEST_CASE("runs of every length and bytes of every value come back") {
  for (std::size_t run = 1; run < 600; ++run) {
    const Bytes data = filled<std::uint8_t>(4096, [&](std::size_t i) { return static_cast<std::uint8_t>(i / run); });
    INFO("runs of " << run);
    CHECK(size_after(data, 8192, 1) < 8192);
  }
}

TEST_CASE("noise costs what it is and the rest nearly nothing") {
  constexpr std::size_t kCount = 32768;
  std::mt19937_64 random(2);
  const Bytes ids = filled<std::uint64_t>(kCount, [&](std::size_t) { return random() % 256; });
  CHECK(size_after(ids, kCount, 8) < kCount + kCount / 16);
  const Bytes uneven = filled<std::uint64_t>(kCount, [&](std::size_t) { return random() % 16; });
  CHECK(size_after(uneven, kCount, 8) < kCount * 9 / 16);
  double now = 1000;
  const Bytes times =
      filled<double>(kCount, [&](std::size_t) { return now += std::ldexp(static_cast<double>(random()), -74); });
  CHECK(size_after(times, kCount, 8) < 6 * kCount);
  const Bytes waves = filled<float>(kCount, [](std::size_t i) { return std::sin(static_cast<float>(i % 1000)); });
  CHECK(size_after(waves, kCount, 4) < kCount / 4);  // repeated stretches are found
}

TEST_CASE("planes are told apart by what coding would gain") {
  std::mt19937_64 random(3);
  const auto kind = [&](const std::function<std::uint8_t(std::size_t)>& value) {
    return kind_of(filled<std::uint8_t>(32768, value));
  };
  CHECK(kind([&](std::size_t) { return static_cast<std::uint8_t>(random()); }) == PlaneKind::kNoise);
  CHECK(kind([&](std::size_t) { return static_cast<std::uint8_t>(random() % 64); }) == PlaneKind::kUneven);
  CHECK(kind([&](std::size_t i) { return static_cast<std::uint8_t>(i / 5 * 77); }) != PlaneKind::kNoise);
  CHECK(kind([&](std::size_t) { return std::uint8_t{0}; }) == PlaneKind::kUneven);
  CHECK(kind([&](std::size_t i) { return static_cast<std::uint8_t>(i); }) == PlaneKind::kRepeats);
}

TEST_CASE("Huffman codes are optimal, and complete and at most 15 bits long for any counts") {
  const std::uint32_t textbook[] = {45, 13, 12, 16, 9, 5};  // Cormen et al., Introduction to Algorithms, figure 16.4
  const HuffmanCode code = huffman_code(textbook);
  CHECK(std::vector<int>(code.length.begin(), code.length.begin() + 6) == std::vector<int>{1, 3, 3, 3, 4, 4});
  std::vector<std::uint32_t> fibonacci = {1, 1};  // whose optimal code would be 39 bits long
  while (fibonacci.size() < 40) fibonacci.push_back(fibonacci.end()[-1] + fibonacci.end()[-2]);
  for (const std::vector<std::uint32_t>& times :
       {fibonacci, std::vector<std::uint32_t>(288, 1), std::vector<std::uint32_t>{1, 1000000}}) {
    const HuffmanCode made = huffman_code(times);
    double kraft = 0;
    for (std::size_t s = 0; s < times.size(); ++s) {
      REQUIRE(made.length[s] >= 1);
      REQUIRE(made.length[s] <= kLongestCode);
      kraft += std::ldexp(1.0, -made.length[s]);
    }
    CHECK(kraft == 1);
  }
}

}  // namespace
}  // namespace volley::io
