#include "io/huffman.h"

#include <algorithm>
#include <utility>

namespace volley::io {
namespace {

struct Leaf {
  std::uint32_t times;
  std::uint16_t symbol;
};

// Lengths by two queues, leaves in order and inner nodes as they are made (van Leeuwen 1976). Returns the longest.
unsigned assign_lengths(std::span<const Leaf> leaves, HuffmanCode& code) {
  const std::size_t n = leaves.size();
  std::array<std::uint64_t, kMostSymbols> weight{};      // of inner nodes
  std::array<std::uint16_t, 2 * kMostSymbols> parent{};  // inner node, of leaves and then of inner nodes
  std::size_t leaf = 0, inner = 0;
  for (std::size_t made = 0; made + 1 < n; ++made) {
    for (int child = 0; child < 2; ++child) {
      const bool take_leaf = leaf < n && (inner == made || leaves[leaf].times <= weight[inner]);
      weight[made] += take_leaf ? leaves[leaf].times : weight[inner];
      parent[take_leaf ? leaf++ : n + inner++] = static_cast<std::uint16_t>(made);
    }
  }
  std::array<std::uint8_t, kMostSymbols> depth{};  // of inner nodes; the last one is the root
  for (std::size_t i = n - 2; i-- > 0;) depth[i] = static_cast<std::uint8_t>(depth[parent[n + i]] + 1);
  unsigned longest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const unsigned length = depth[parent[i]] + 1u;
    code.length[leaves[i].symbol] = static_cast<std::uint8_t>(length);
    longest = std::max(longest, length);
  }
  return longest;
}

std::uint16_t reversed(std::uint32_t bits, unsigned count) {
  std::uint32_t result = 0;
  for (unsigned i = 0; i < count; ++i) result |= (bits >> i & 1u) << (count - 1 - i);
  return static_cast<std::uint16_t>(result);
}

}  // namespace

HuffmanCode huffman_code(std::span<const std::uint32_t> times) {
  std::array<Leaf, kMostSymbols> storage;
  std::size_t n = 0;
  for (std::size_t s = 0; s < times.size(); ++s) {
    if (times[s] > 0) storage[n++] = {times[s], static_cast<std::uint16_t>(s)};
  }
  const std::span<Leaf> leaves(storage.data(), n);
  std::sort(leaves.begin(), leaves.end(),
            [](const Leaf& a, const Leaf& b) { return std::pair(a.times, a.symbol) < std::pair(b.times, b.symbol); });
  HuffmanCode code;
  // Rare symbols that are made less rare have shorter codes; with all alike it would be 9 bits, so this ends.
  while (assign_lengths(leaves, code) > kLongestCode) {
    for (Leaf& leaf : leaves) leaf.times = leaf.times / 2 + 1;
  }
  std::array<std::uint32_t, kLongestCode + 1> count{}, next{};
  for (const std::uint8_t length : code.length) ++count[length];
  for (unsigned l = 1, first = 0; l <= kLongestCode; ++l) next[l] = first = (first + (l > 1 ? count[l - 1] : 0)) << 1;
  for (std::size_t s = 0; s < times.size(); ++s) {
    if (code.length[s] > 0) code.bits[s] = reversed(next[code.length[s]]++, code.length[s]);
  }
  return code;
}

}  // namespace volley::io
