// Character n-grams, the yardstick: add-one smoothing, and Kneser-Ney interpolation.
//
//   add-one      p(c | h) = (N(h c) + 1) / (N(h) + V)
//   Kneser-Ney   p_n(c | h) = max(N(h c) - D, 0) / N(h) + D T(h) / N(h) p_{n-1}(c | h without its first character)
//                N: occurrences at the highest order, below it the number of different characters seen before the gram;
//                T(h): different characters seen after h; D = n1 / (n1 + 2 n2) of the order's own counts; unigrams are
//                add-one smoothed; an order that never saw h is passed over.
// Kneser & Ney 1995, ICASSP; interpolated form and discount: Chen & Goodman 1999, Computer Speech & Language 13(4).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

enum class Smoothing { kAddOne, kKneserNey };

// Thread safe once made.
class NGram {
 public:
  static constexpr std::size_t kLongest = 8;

  // REQUIRES: 1 <= order <= kLongest; every symbol below `vocabulary`; at least `order` symbols.
  NGram(std::span<const Symbol> train, std::size_t vocabulary, std::size_t order, Smoothing smoothing);

  // Of `next` after `past`, of which the last order - 1 symbols count. Kneser-Ney uses a lower order after a shorter
  // past, add-one knows nothing then and says 1/V.
  double probability(std::span<const Symbol> past, Symbol next) const;

  // Contexts and grams that are stored.
  std::size_t entries() const;

 private:
  struct Context {
    std::uint32_t total = 0, types = 0;
  };
  struct Order {
    absl::flat_hash_map<std::uint64_t, std::uint32_t> grams;
    absl::flat_hash_map<std::uint64_t, Context> contexts;
    double discount = 0;
  };
  static std::uint64_t key(std::span<const Symbol> symbols);
  void sum_contexts(Order& order);
  double kneser_ney(std::span<const Symbol> past, Symbol next, std::size_t order) const;

  std::size_t vocabulary_, order_;
  Smoothing smoothing_;
  std::array<Order, kLongest + 1> orders_;  // by length of the gram
};

// Perplexity of symbols[begin, end), each after everything before it.
double perplexity(const NGram& model, std::span<const Symbol> symbols, std::size_t begin, std::size_t end);

}  // namespace volley::charlm
