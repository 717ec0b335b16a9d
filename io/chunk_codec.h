// Compresses the chunks of recordings as HDF5's filters "shuffle" and "deflate" do, many times faster.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "io/deflate_stream.h"

struct libdeflate_compressor;

namespace volley::io {

// What a plane looks like, judged by its first 4,096 bytes.
enum class PlaneKind {
  kNoise,    // coding would save less than an eighth
  kUneven,   // some bytes occur much more often than others, or in runs
  kRepeats,  // half of it or more repeats stretches of 16 bytes that are not runs
};
PlaneKind kind_of(std::span<const std::byte> plane);

// What the planes of a column looked like in an earlier chunk: its chunks are alike, so only some are judged. Costs
// bytes where that is wrong, never data.
class PlaneKinds {
 public:
  // How many chunks go by one judgement.
  static constexpr unsigned kLasts = 8;

 private:
  friend class ChunkCodec;
  std::array<PlaneKind, 8> kinds_{};
  unsigned left_ = 0;  // chunks until the next judgement
};

// Bytes as they go into the file. `filter_mask` has a bit set for each filter of the pipeline (0 shuffle, 1 deflate)
// that was left out for this chunk.
struct EncodedChunk {
  std::span<const std::byte> bytes;  // valid until the next call
  unsigned filter_mask = 0;
};

// Shuffled elements are planes: the lowest bytes of all elements, then the next ones, and so on. The low bytes of exact
// times and of neuron numbers are noise, the high ones nearly constant. Noise goes into the stream as it is, the rest
// as Huffman codes of bytes and runs; only where longer stretches repeat they are searched for. Holds buffers; not
// thread safe.
class ChunkCodec {
 public:
  ChunkCodec();
  ~ChunkCodec();

  // Encodes a chunk of `chunk_bytes` that begins with `data` and is zero after it, made of elements of `width` bytes.
  // Data that do not shrink stay shuffled only. REQUIRES: data.size() <= chunk_bytes, both multiples of
  // width, which is 1, 4 or 8.
  // `kinds`: of the same column, for full chunks.
  EncodedChunk encode(std::span<const std::byte> data, std::size_t chunk_bytes, std::size_t width,
                      PlaneKinds* kinds = nullptr);

 private:
  struct Free {
    void operator()(libdeflate_compressor* compressor) const;
  };
  std::span<const std::byte> packed();  // with a search for repeats; empty: it would not shrink

  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  DeflateStream stream_;
  std::vector<std::byte> shuffled_, packed_;
};

}  // namespace volley::io
