#include "io/deflate_stream.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "io/huffman.h"

namespace volley::io {
namespace {

constexpr std::size_t kLongestStored = 65535, kShortestRun = 3, kLongestRun = 258;
constexpr std::size_t kEndOfBlock = 256, kFirstLength = 257, kSymbols = 286;
constexpr std::size_t kHeaderBits = 3 + 5 + 5 + 4 + 19 * 3 + (kSymbols + 1) * 4;

// A run's length as a symbol and extra bits (RFC 1951, section 3.2.5).
struct LengthCode {
  std::uint16_t symbol, extra, extra_bits;
};
constexpr LengthCode length_code(std::size_t length) {
  if (length == kLongestRun) return {285, 0, 0};
  const auto n = static_cast<unsigned>(length - kShortestRun);
  if (n < 8) return {static_cast<std::uint16_t>(kFirstLength + n), 0, 0};
  const auto bits = static_cast<unsigned>(std::bit_width(n)) - 3;
  return {static_cast<std::uint16_t>(kFirstLength + 4 * bits + (n >> bits)),
          static_cast<std::uint16_t>(n & ((1u << bits) - 1)), static_cast<std::uint16_t>(bits)};
}
static_assert(length_code(10).symbol == 264 && length_code(11).symbol == 265 && length_code(12).extra == 1);
static_assert(length_code(257).symbol == 284 && length_code(257).extra == 30 && length_code(114).symbol == 279);

// How many bytes from the start are equal to the first.
std::size_t run_at(std::span<const std::byte> bytes) {
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  const std::uint64_t eight = first * 0x0101010101010101u;
  std::size_t n = 1;
  for (std::uint64_t word = 0; n + 8 <= bytes.size(); n += 8) {
    std::memcpy(&word, &bytes[n], sizeof word);
    if (word != eight) return n + static_cast<std::size_t>(std::countr_zero(word ^ eight)) / 8;
  }
  while (n < bytes.size() && bytes[n] == bytes[0]) ++n;
  return n;
}

// One symbol of the block. The lower 16 bits are a literal byte, or the symbol of a length (257 and up), which says how
// often the byte before it comes again; that symbol's extra bits are in the upper 16.
using Token = std::uint32_t;
constexpr unsigned kExtraShift = 16;

// Writes the tokens of `bytes`, at most as many as there are bytes, and returns their number.
std::size_t tokens_of(std::span<const std::byte> bytes, Token* const out) {
  static constexpr std::array<LengthCode, kLongestRun + 1> kLengths = [] {
    std::array<LengthCode, kLongestRun + 1> table{};
    for (std::size_t length = kShortestRun; length <= kLongestRun; ++length) table[length] = length_code(length);
    return table;
  }();
  Token* next = out;
  std::size_t i = 0;
  while (i + kShortestRun < bytes.size()) {
    std::uint32_t four = 0;  // fewer equal bytes are no run
    std::memcpy(&four, &bytes[i], sizeof four);
    const auto byte = static_cast<std::uint8_t>(bytes[i++]);
    *next++ = byte;
    if (four != std::rotl(four, 8)) continue;
    std::size_t more = run_at(bytes.subspan(i - 1)) - 1;
    i += more;
    for (std::size_t length = 0; more >= kShortestRun; more -= length) {
      length = std::min(more, kLongestRun);
      *next++ = kLengths[length].symbol | Token{kLengths[length].extra} << kExtraShift;
    }
    for (; more > 0; --more) *next++ = byte;
  }
  for (; i < bytes.size(); ++i) *next++ = static_cast<std::uint8_t>(bytes[i]);
  return static_cast<std::size_t>(next - out);
}

// Bits that follow a symbol's code: extra bits of a length, and the distance 1, whose code is one bit long.
constexpr std::array<std::uint8_t, kSymbols> kTail = [] {
  std::array<std::uint8_t, kSymbols> tail{};
  for (std::size_t length = kShortestRun; length <= kLongestRun; ++length) {
    const LengthCode code = length_code(length);
    tail[code.symbol] = static_cast<std::uint8_t>(code.extra_bits + 1);
  }
  return tail;
}();

}  // namespace

void DeflateStream::begin(std::size_t bytes, std::size_t pieces) {
  // A piece costs at most what it costs as it is; eight bytes more, because bits are stored by the word.
  out_.resize(std::max(out_.size(), bytes + 5 * (bytes / kLongestStored) + 16 * pieces + 32));
  size_ = 0;
  pending_ = pending_bits_ = 0;
  put(0x0178, 16);  // deflate with a window of 32 KiB, fastest level
}

void DeflateStream::put(std::uint64_t bits, unsigned count) {
  pending_ |= bits << pending_bits_;
  pending_bits_ += count;
  std::memcpy(&out_[size_], &pending_, sizeof pending_);
  size_ += pending_bits_ / 8;
  pending_ >>= pending_bits_ / 8 * 8;
  pending_bits_ %= 8;
}

void DeflateStream::align() {
  if (pending_bits_ > 0) put(0, 8 - pending_bits_);
}

void DeflateStream::stored_block(std::span<const std::byte> bytes, bool last) {
  const std::uint64_t length = bytes.size();
  put(last, 3);
  align();
  put(length | (~length & 0xFFFFu) << 16, 32);
  std::copy(bytes.begin(), bytes.end(), out_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += bytes.size();
}

void DeflateStream::stored(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::size_t n = std::min(bytes.size(), kLongestStored);
    stored_block(bytes.first(n), false);
    bytes = bytes.subspan(n);
  }
}

void DeflateStream::coded(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  tokens_.resize(std::max(tokens_.size(), bytes.size()));
  const std::span<const Token> tokens(tokens_.data(), tokens_of(bytes, tokens_.data()));
  std::array<std::uint32_t, kSymbols> times{}, odd_times{};  // two counts, so that equal neighbours do not wait
  times[kEndOfBlock] = 1;
  for (std::size_t t = 0; t + 1 < tokens.size(); t += 2) {
    ++times[tokens[t] & 0xFFFFu];
    ++odd_times[tokens[t + 1] & 0xFFFFu];
  }
  if (tokens.size() % 2 != 0) ++times[tokens.back() & 0xFFFFu];
  for (std::size_t s = 0; s < kSymbols; ++s) times[s] += odd_times[s];
  const HuffmanCode code = huffman_code(times);
  std::size_t bits = kHeaderBits;
  for (std::size_t s = 0; s < kSymbols; ++s) bits += std::size_t{times[s]} * (code.length[s] + kTail[s]);
  if (bits >= 8 * bytes.size()) return stored(bytes);

  put(0b100, 3);  // not the last block, codes of its own
  put(kSymbols - 257, 5);
  put(0, 5);       // one distance
  put(19 - 4, 4);  // the lengths of codes follow as four bits each: a code whose 16 codes are 4 bits long
  constexpr std::array<std::uint8_t, 19> kOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  for (const std::uint8_t symbol : kOrder) put(symbol < 16 ? 4 : 0, 3);
  constexpr std::array<std::uint8_t, 16> kReversed = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};
  for (std::size_t s = 0; s < kSymbols; ++s) put(kReversed[code.length[s]], 4);
  put(kReversed[1], 4);  // the distance 1 has the code 0, one bit long
  struct Piece {
    std::uint16_t bits;
    std::uint8_t length, whole;  // of the code; with what follows it
  };
  std::array<Piece, kSymbols> pieces;
  for (std::size_t s = 0; s < kSymbols; ++s) {
    pieces[s] = {code.bits[s], code.length[s], static_cast<std::uint8_t>(code.length[s] + kTail[s])};
  }
  std::uint64_t pending = pending_;  // put() on local variables; two tokens have at most 42 bits
  unsigned pending_bits = pending_bits_;
  std::byte* out = &out_[size_];
  const auto add = [&](Token token) {
    const Piece piece = pieces[token & 0xFFFFu];
    pending |= (piece.bits | std::uint64_t{token >> kExtraShift} << piece.length) << pending_bits;
    pending_bits += piece.whole;
  };
  const auto store = [&] {
    std::memcpy(out, &pending, sizeof pending);
    out += pending_bits / 8;
    pending >>= pending_bits / 8 * 8;
    pending_bits %= 8;
  };
  for (std::size_t t = 0; t + 1 < tokens.size(); t += 2) {
    add(tokens[t]);
    add(tokens[t + 1]);
    store();
  }
  if (tokens.size() % 2 != 0) {
    add(tokens.back());
    store();
  }
  size_ = static_cast<std::size_t>(out - out_.data());
  pending_ = pending;
  pending_bits_ = pending_bits;
  put(code.bits[kEndOfBlock], code.length[kEndOfBlock]);
}

std::span<const std::byte> DeflateStream::end(std::uint32_t adler) {
  stored_block({}, true);
  for (unsigned shift = 32; shift > 0; shift -= 8) put(adler >> (shift - 8) & 0xFFu, 8);
  return std::span(out_).first(size_);
}

}  // namespace volley::io
