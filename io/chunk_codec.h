// Compresses the chunks of recordings as HDF5's filters "shuffle" and "deflate" do, several times faster.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

struct libdeflate_compressor;

namespace volley::io {

// Bytes as they go into the file. `filter_mask` has a bit set for each filter of the pipeline (0 shuffle, 1 deflate)
// that was left out for this chunk.
struct EncodedChunk {
  std::span<const std::byte> bytes;  // valid until the next call
  unsigned filter_mask = 0;
};

// Holds buffers; not thread safe.
class ChunkCodec {
 public:
  ChunkCodec();
  ~ChunkCodec();

  // Encodes a chunk of `chunk_bytes` that begins with `data` and is zero after it, made of elements of `width` bytes.
  // Data that do not shrink stay shuffled only. REQUIRES: data.size() <= chunk_bytes, both multiples of width.
  EncodedChunk encode(std::span<const std::byte> data, std::size_t chunk_bytes, std::size_t width);

 private:
  struct Free {
    void operator()(libdeflate_compressor* compressor) const;
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  std::vector<std::byte> shuffled_, packed_;
};

}  // namespace volley::io
