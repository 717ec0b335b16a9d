#include "io/deflate_stream.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/simd.h"
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

// One symbol of the block. The lower 16 bits are a literal byte, or the symbol of a length (257 and up), which says how
// often the byte before it comes again; that symbol's extra bits are in the upper 16.
using Token = std::uint32_t;
constexpr unsigned kExtraShift = 16;

// Calls at(i) for every i > 0 with bytes[i] != bytes[i - 1].
template <class At>
void at_differences(std::span<const std::byte> bytes, At&& at) {
  std::size_t i = 1;
  for (; i + 64 <= bytes.size(); i += 64) {
    for (std::uint64_t left = differences_of_64(&bytes[i]); left != 0; left &= left - 1) {
      at(i + static_cast<std::size_t>(std::countr_zero(left)));
    }
  }
  for (; i < bytes.size(); ++i) {
    if (bytes[i] != bytes[i - 1]) at(i);
  }
}

// Writes the tokens of `bytes`, at most as many as there are bytes and then two of no meaning, and returns their
// number.
std::size_t tokens_of(std::span<const std::byte> bytes, Token* const out) {
  static constexpr std::array<LengthCode, kLongestRun + 1> kLengths = [] {
    std::array<LengthCode, kLongestRun + 1> table{};
    for (std::size_t length = kShortestRun; length <= kLongestRun; ++length) table[length] = length_code(length);
    return table;
  }();
  Token* next = out;
  std::size_t begin = 0;
  const auto run_until = [&](std::size_t end) {
    const auto byte = static_cast<std::uint8_t>(bytes[begin]);
    *next++ = byte;
    std::size_t more = end - begin - 1;
    for (; more > kLongestRun; more -= kLongestRun) *next++ = kLengths[kLongestRun].symbol;
    // Runs are too irregular to be foreseen: a length, or up to two more bytes, without a branch.
    const bool as_length = more >= kShortestRun;
    next[0] = as_length ? kLengths[more].symbol | Token{kLengths[more].extra} << kExtraShift : byte;
    next[1] = byte;
    next += as_length ? 1 : more;
    begin = end;
  };
  at_differences(bytes, run_until);
  run_until(bytes.size());
  return static_cast<std::size_t>(next - out);
}

// Whether coding runs pays: at least one place in 16 continues one.
bool has_runs(std::span<const std::byte> bytes) {
  std::size_t places = 0;
  std::uint64_t before = 0;
  for (std::size_t i = 1; i + 64 <= bytes.size(); i += 64) {
    const std::uint64_t same = ~differences_of_64(&bytes[i]);
    places += static_cast<std::size_t>(std::popcount(same & (same << 1 | before >> 63) & (same << 2 | before >> 62)));
    before = same;
  }
  return 16 * places >= bytes.size();
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

// Begins a block in the code of its symbols, or says false if the bytes as they are would be shorter.
bool DeflateStream::begin_coded(const HuffmanCode& code, std::span<const std::uint32_t> times, std::size_t bytes) {
  std::size_t bits = kHeaderBits;
  for (std::size_t s = 0; s < kSymbols; ++s) bits += std::size_t{times[s]} * (code.length[s] + kTail[s]);
  if (bits >= 8 * bytes) return false;
  put(0b100, 3);  // not the last block, codes of its own
  put(kSymbols - 257, 5);
  put(0, 5);       // one distance
  put(19 - 4, 4);  // the lengths of codes follow as four bits each: a code whose 16 codes are 4 bits long
  constexpr std::array<std::uint8_t, 19> kOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  for (const std::uint8_t symbol : kOrder) put(symbol < 16 ? 4 : 0, 3);
  constexpr std::array<std::uint8_t, 16> kReversed = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};
  for (std::size_t s = 0; s < kSymbols; ++s) put(kReversed[code.length[s]], 4);
  put(kReversed[1], 4);  // the distance 1 has the code 0, one bit long
  return true;
}

void DeflateStream::coded(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  has_runs(bytes) ? coded_runs(bytes) : coded_bytes(bytes);
}

// put() on local variables.
class DeflateStream::Writer {
 public:
  explicit Writer(DeflateStream& stream)
      : stream_(stream), out_(&stream.out_[stream.size_]), bits_(stream.pending_), count_(stream.pending_bits_) {}
  ~Writer() {
    stream_.size_ = static_cast<std::size_t>(out_ - stream_.out_.data());
    stream_.pending_ = bits_;
    stream_.pending_bits_ = count_;
  }
  // At most 57 bits from one store() to the next.
  void add(std::uint64_t bits, unsigned count) {
    bits_ |= bits << count_;
    count_ += count;
  }
  void store() {
    std::memcpy(out_, &bits_, sizeof bits_);
    out_ += count_ / 8;
    bits_ >>= count_ / 8 * 8;
    count_ %= 8;
  }

 private:
  DeflateStream& stream_;
  std::byte* out_;
  std::uint64_t bits_;
  unsigned count_;
};

void DeflateStream::coded_bytes(std::span<const std::byte> bytes) {
  std::array<std::array<std::uint32_t, kSymbols>, 4> counts{};  // four, so that equal neighbours do not wait
  std::size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) {
    for (std::size_t k = 0; k < 4; ++k) ++counts[k][static_cast<std::uint8_t>(bytes[i + k])];
  }
  for (; i < bytes.size(); ++i) ++counts[0][static_cast<std::uint8_t>(bytes[i])];
  for (std::size_t s = 0; s < kSymbols; ++s) counts[0][s] += counts[1][s] + counts[2][s] + counts[3][s];
  counts[0][kEndOfBlock] = 1;
  const HuffmanCode code = huffman_code(counts[0]);
  if (!begin_coded(code, counts[0], bytes.size())) return stored(bytes);
  struct Piece {
    std::uint32_t bits, count;
  };
  std::array<Piece, 256> pieces;
  for (std::size_t s = 0; s < pieces.size(); ++s) pieces[s] = {code.bits[s], code.length[s]};
  const auto piece = [&](std::size_t at) { return pieces[static_cast<std::uint8_t>(bytes[at])]; };
  {
    Writer writer(*this);
    static_assert(3 * kLongestCode <= 57);
    for (i = 0; i + 3 <= bytes.size(); i += 3) {
      const Piece a = piece(i), b = piece(i + 1), c = piece(i + 2);
      const std::uint64_t two = a.bits | std::uint64_t{b.bits} << a.count;
      writer.add(two | std::uint64_t{c.bits} << (a.count + b.count), a.count + b.count + c.count);
      writer.store();
    }
    for (; i < bytes.size(); ++i) {
      writer.add(piece(i).bits, piece(i).count);
      writer.store();
    }
  }
  put(code.bits[kEndOfBlock], code.length[kEndOfBlock]);
}

void DeflateStream::coded_runs(std::span<const std::byte> bytes) {
  if (token_room_ < bytes.size() + 2) {
    token_room_ = bytes.size() + 2;
    tokens_ = std::make_unique_for_overwrite<std::uint32_t[]>(token_room_);
  }
  const std::span<const Token> tokens(tokens_.get(), tokens_of(bytes, tokens_.get()));
  std::array<std::uint32_t, kSymbols> times{}, odd_times{};  // two counts, so that equal neighbours do not wait
  times[kEndOfBlock] = 1;
  for (std::size_t t = 0; t + 1 < tokens.size(); t += 2) {
    ++times[tokens[t] & 0xFFFFu];
    ++odd_times[tokens[t + 1] & 0xFFFFu];
  }
  if (tokens.size() % 2 != 0) ++times[tokens.back() & 0xFFFFu];
  for (std::size_t s = 0; s < kSymbols; ++s) times[s] += odd_times[s];
  const HuffmanCode code = huffman_code(times);
  if (!begin_coded(code, times, bytes.size())) return stored(bytes);
  struct Piece {
    std::uint16_t bits;
    std::uint8_t length, whole;  // of the code; with what follows it
  };
  std::array<Piece, kSymbols> pieces;
  for (std::size_t s = 0; s < kSymbols; ++s) {
    pieces[s] = {code.bits[s], code.length[s], static_cast<std::uint8_t>(code.length[s] + kTail[s])};
  }
  {
    Writer writer(*this);
    const auto piece = [&](Token token) { return pieces[token & 0xFFFFu]; };
    const auto bits = [](Token token, Piece p) { return p.bits | std::uint64_t{token >> kExtraShift} << p.length; };
    for (std::size_t t = 0; t + 1 < tokens.size(); t += 2) {
      const Piece a = piece(tokens[t]), b = piece(tokens[t + 1]);  // together at most 42 bits
      writer.add(bits(tokens[t], a) | bits(tokens[t + 1], b) << a.whole, a.whole + b.whole);
      writer.store();
    }
    if (tokens.size() % 2 != 0) {
      const Piece last = piece(tokens.back());
      writer.add(bits(tokens.back(), last), last.whole);
      writer.store();
    }
  }
  put(code.bits[kEndOfBlock], code.length[kEndOfBlock]);
}

std::span<const std::byte> DeflateStream::end(std::uint32_t adler) {
  stored_block({}, true);
  for (unsigned shift = 32; shift > 0; shift -= 8) put(adler >> (shift - 8) & 0xFFu, 8);
  return std::span(out_).first(size_);
}

}  // namespace volley::io
