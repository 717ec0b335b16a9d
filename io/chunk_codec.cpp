#include "io/chunk_codec.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>

namespace volley::io {
namespace {

constexpr unsigned kDeflateLeftOut = 2;

// Byte b of element i goes to out[b * elements + i]; the fixed width lets the compiler unroll.
template <std::size_t kWidth>
void shuffle(const std::byte* in, std::size_t count, std::size_t elements, std::byte* out) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t b = 0; b < kWidth; ++b) out[b * elements + i] = in[i * kWidth + b];
  }
}

// Eight elements of eight bytes at once: a transposed 8 x 8 matrix in three rounds of exchanges (Warren, "Hacker's
// Delight", 2nd ed., section 7-3, for bytes instead of bits).
void shuffle_8_by_8(const std::byte* in, std::size_t elements, std::byte* out) {
  std::uint64_t row[8];
  std::memcpy(row, in, sizeof row);
  const auto exchange = [&row](std::size_t a, std::size_t b, unsigned shift, std::uint64_t low) {
    const std::uint64_t t = ((row[a] >> shift) ^ row[b]) & low;
    row[b] ^= t;
    row[a] ^= t << shift;
  };
  for (const std::size_t i : {0, 1, 2, 3}) exchange(i, i + 4, 32, 0x00000000FFFFFFFFu);
  for (const std::size_t i : {0, 1, 4, 5}) exchange(i, i + 2, 16, 0x0000FFFF0000FFFFu);
  for (const std::size_t i : {0, 2, 4, 6}) exchange(i, i + 1, 8, 0x00FF00FF00FF00FFu);
  for (std::size_t b = 0; b < 8; ++b) std::memcpy(out + b * elements, &row[b], 8);
}

void shuffle_8(const std::byte* in, std::size_t count, std::size_t elements, std::byte* out) {
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) shuffle_8_by_8(in + i * 8, elements, out + i);
  shuffle<8>(in + i * 8, count - i, elements, out + i);
}

}  // namespace

void ChunkCodec::Free::operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }

ChunkCodec::ChunkCodec() : compressor_(libdeflate_alloc_compressor(1)) {
  if (!compressor_) throw std::bad_alloc();
}
ChunkCodec::~ChunkCodec() = default;

EncodedChunk ChunkCodec::encode(std::span<const std::byte> data, std::size_t chunk_bytes, std::size_t width) {
  const std::size_t elements = chunk_bytes / width, count = data.size() / width;
  shuffled_.resize(chunk_bytes);
  for (std::size_t b = 0; b < width && count < elements; ++b) {
    std::fill_n(shuffled_.begin() + static_cast<std::ptrdiff_t>(b * elements + count), elements - count, std::byte{0});
  }
  if (width == 8) {
    shuffle_8(data.data(), count, elements, shuffled_.data());
  } else if (width == 4) {
    shuffle<4>(data.data(), count, elements, shuffled_.data());
  } else {
    shuffle<1>(data.data(), count * width, elements * width, shuffled_.data());  // width 1: nothing to shuffle
  }
  packed_.resize(chunk_bytes);
  const std::size_t packed =
      libdeflate_zlib_compress(compressor_.get(), shuffled_.data(), chunk_bytes, packed_.data(), chunk_bytes - 1);
  if (packed == 0) return {shuffled_, kDeflateLeftOut};
  return {std::span<const std::byte>(packed_).first(packed), 0};
}

}  // namespace volley::io
