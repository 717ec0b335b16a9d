// Writes a zlib stream (RFC 1950) piece by piece in the two kinds of deflate blocks (RFC 1951) that are cheap to make:
// bytes as they are, and Huffman codes of single bytes and of runs of one byte. Nothing is looked for further back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace volley::io {

struct HuffmanCode;  // io/huffman.h

// Not thread safe.
class DeflateStream {
 public:
  // Begins a stream that will stand for `bytes` bytes in at most `pieces` pieces. Keeps its memory between streams.
  void begin(std::size_t bytes, std::size_t pieces);

  // The next bytes of the data, as they are.
  void stored(std::span<const std::byte> bytes);
  // The next bytes of the data, coded; as they are if that is shorter.
  void coded(std::span<const std::byte> bytes);

  // Closes the stream with the checksum (Adler-32) of all its data. Valid until the next begin().
  std::span<const std::byte> end(std::uint32_t adler);

 private:
  void put(std::uint64_t bits, unsigned count);  // the first bit is the lowest; at most 48
  void align();
  void stored_block(std::span<const std::byte> bytes, bool last);
  bool begin_coded(const HuffmanCode& code, std::span<const std::uint32_t> times, std::size_t bytes);
  void coded_bytes(std::span<const std::byte> bytes);
  void coded_runs(std::span<const std::byte> bytes);

  class Writer;

  std::vector<std::byte> out_;
  std::unique_ptr<std::uint32_t[]> tokens_;
  std::size_t token_room_ = 0;
  std::size_t size_ = 0;
  std::uint64_t pending_ = 0;  // bits that do not fill a byte yet
  unsigned pending_bits_ = 0;
};

}  // namespace volley::io
