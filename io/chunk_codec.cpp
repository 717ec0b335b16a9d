#include "io/chunk_codec.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <new>

#include "engine/simd.h"

namespace volley::io {
namespace {

constexpr unsigned kDeflateLeftOut = 2;
// So few elements make small chunks whatever is done; a search for repeats makes the smallest.
constexpr std::size_t kFew = 1024;

// Byte b of element i goes to out[b * elements + i]; the fixed width lets the compiler unroll.
template <std::size_t kWidth>
void shuffle(const std::byte* in, std::size_t count, std::size_t elements, std::byte* out) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t b = 0; b < kWidth; ++b) out[b * elements + i] = in[i * kWidth + b];
  }
}

void shuffle_8(const std::byte* in, std::size_t count, std::size_t elements, std::byte* out) {
  std::size_t i = 0;
  for (std::uint64_t row[8]; i + 8 <= count; i += 8) {
    transpose_8_by_8(in + i * 8, row);
    for (std::size_t b = 0; b < 8; ++b) std::memcpy(out + b * elements + i, &row[b], 8);
  }
  shuffle<8>(in + i * 8, count - i, elements, out + i);
}

bool is_constant(std::span<const std::byte> plane) {
  return std::memcmp(plane.data(), plane.data() + 1, plane.size() - 1) == 0;
}

}  // namespace

void ChunkCodec::Free::operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }

ChunkCodec::ChunkCodec() : compressor_(libdeflate_alloc_compressor(1)) {
  if (!compressor_) throw std::bad_alloc();
}
ChunkCodec::~ChunkCodec() = default;

EncodedChunk ChunkCodec::encode(std::span<const std::byte> data, std::size_t chunk_bytes, std::size_t width,
                                PlaneKinds* known) {
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
  const std::span<const std::byte> all(shuffled_);
  const auto plane = [&](std::size_t b) { return all.subspan(b * elements, elements); };
  std::array<PlaneKind, 8> kinds{};
  bool search = count < kFew;
  if (known != nullptr && known->left_ > 0 && count == elements) {
    kinds = known->kinds_;
    --known->left_;
  } else {
    for (std::size_t b = 0; b < width && !search; ++b) {
      kinds[b] = kind_of(plane(b).first(count));
      search = kinds[b] == PlaneKind::kRepeats;
    }
    if (known != nullptr && count == elements && !search) {
      known->kinds_ = kinds;
      known->left_ = PlaneKinds::kLasts - 1;
    }
  }
  if (search) {
    const std::span<const std::byte> bytes = packed();
    return bytes.empty() ? EncodedChunk{all, kDeflateLeftOut} : EncodedChunk{bytes, 0};
  }
  stream_.begin(chunk_bytes, 2 * width);
  for (std::size_t b = 0, next = 0; b < width; b = next) {
    next = b + 1;
    if (kinds[b] == PlaneKind::kNoise) {
      stream_.stored(plane(b).first(count));
      stream_.coded(plane(b).subspan(count));
      continue;
    }
    // Constant planes share a block: its head costs as much as all their runs.
    while (next < width && is_constant(plane(next - 1)) && is_constant(plane(next))) ++next;
    stream_.coded(all.subspan(b * elements, (next - b) * elements));
  }
  const std::span<const std::byte> bytes = stream_.end(libdeflate_adler32(1, all.data(), all.size()));
  if (bytes.size() >= chunk_bytes) return {all, kDeflateLeftOut};
  return {bytes, 0};
}

std::span<const std::byte> ChunkCodec::packed() {
  packed_.resize(shuffled_.size());
  const std::size_t size = libdeflate_zlib_compress(compressor_.get(), shuffled_.data(), shuffled_.size(),
                                                    packed_.data(), packed_.size() - 1);
  return std::span(packed_).first(size);
}

PlaneKind kind_of(std::span<const std::byte> plane) {
  constexpr std::size_t kSample = 4096, kStretch = 16;
  const std::size_t n = std::min(plane.size(), kSample);

  // Places by hash of the 16 bytes there; by chance they are equal once in 2^128.
  constexpr unsigned kHashBits = 12;
  std::array<std::uint16_t, std::size_t{1} << kHashBits> last{};  // place + 1
  std::size_t repeats = 0, tried = 0, in_runs = 0;
  const auto hash_at = [&](std::size_t i) {
    std::uint64_t a = 0, b = 0;
    std::memcpy(&a, &plane[i], sizeof a);
    std::memcpy(&b, &plane[i + sizeof a], sizeof b);
    return ((a ^ (b << 29 | b >> 35)) * 0x9E3779B97F4A7C15u) >> (64 - kHashBits);
  };
  for (std::size_t i = 0; i + kStretch <= n; i += 2, ++tried) {
    const bool run = plane[i] == plane[i + kStretch - 1];
    std::uint16_t& place = last[hash_at(i)];
    repeats += !run && place != 0 && std::memcmp(&plane[place - 1u], &plane[i], kStretch) == 0;
    place = static_cast<std::uint16_t>(i + 1);
  }
  if (tried > 0 && 2 * repeats >= tried) return PlaneKind::kRepeats;

  // Of n even bytes, n^2 / 256 pairs are equal; twice as many stand for an entropy (Renyi's, of order 2) of 7 bits.
  std::array<std::uint32_t, 256> times{};
  for (std::size_t i = 0; i < n; ++i) ++times[static_cast<std::uint8_t>(plane[i])];
  std::size_t equal_pairs = 0;
  for (const std::uint32_t t : times) equal_pairs += std::size_t{t} * t;
  for (std::size_t i = 1; i < n; ++i) in_runs += plane[i] == plane[i - 1];
  const bool uneven = (equal_pairs - n) * 128 >= n * n;
  return uneven || 2 * in_runs >= n ? PlaneKind::kUneven : PlaneKind::kNoise;
}

}  // namespace volley::io
