#include "apps/charlm/ngram.h"

#include <algorithm>

#include "engine/elementary.h"

namespace volley::charlm {

std::uint64_t NGram::key(std::span<const Symbol> symbols) {
  std::uint64_t packed = 0;
  for (const Symbol symbol : symbols) packed = packed << 8 | symbol;
  return packed;
}

NGram::NGram(std::span<const Symbol> train, std::size_t vocabulary, std::size_t order, Smoothing smoothing)
    : vocabulary_(vocabulary), order_(order), smoothing_(smoothing) {
  Order& highest = orders_[order];
  for (std::size_t i = 0; i + order <= train.size(); ++i) ++highest.grams[key(train.subspan(i, order))];
  for (std::size_t k = order - 1; k >= 1 && smoothing == Smoothing::kKneserNey; --k) {
    // Every different gram of k + 1 characters counts once for its last k.
    absl::flat_hash_map<std::uint64_t, std::uint32_t> longer;
    if (k + 1 < order) {
      for (std::size_t i = 0; i + k + 1 <= train.size(); ++i) longer[key(train.subspan(i, k + 1))] = 1;
    }
    const auto& source = k + 1 < order ? longer : highest.grams;
    const std::uint64_t mask = (std::uint64_t{1} << (8 * k)) - 1;
    for (const auto& [gram, count] : source) ++orders_[k].grams[gram & mask];
  }
  for (std::size_t k = 1; k <= order; ++k) sum_contexts(orders_[k]);
}

void NGram::sum_contexts(Order& order) {
  std::uint64_t once = 0, twice = 0;
  for (const auto& [gram, count] : order.grams) {
    Context& context = order.contexts[gram >> 8];
    context.total += count;
    ++context.types;
    once += count == 1 ? 1 : 0;
    twice += count == 2 ? 1 : 0;
  }
  order.discount = once == 0 ? 0.5 : static_cast<double>(once) / static_cast<double>(once + 2 * twice);
}

double NGram::kneser_ney(std::span<const Symbol> past, Symbol next, std::size_t order) const {
  if (order == 0) return 1.0 / static_cast<double>(vocabulary_);
  const Order& level = orders_[order];
  const std::uint64_t history = key(past.last(order - 1));
  const auto context = level.contexts.find(history);
  if (context == level.contexts.end()) return kneser_ney(past, next, order - 1);
  const auto gram = level.grams.find(history << 8 | next);
  const double count = gram == level.grams.end() ? 0.0 : gram->second;
  const double total = context->second.total;
  if (order == 1) return (count + 1) / (total + static_cast<double>(vocabulary_));
  const double lower = kneser_ney(past, next, order - 1);
  return std::max(count - level.discount, 0.0) / total + level.discount * context->second.types / total * lower;
}

double NGram::probability(std::span<const Symbol> past, Symbol next) const {
  if (smoothing_ == Smoothing::kKneserNey) return kneser_ney(past, next, std::min(order_, past.size() + 1));
  if (past.size() + 1 < order_) return 1.0 / static_cast<double>(vocabulary_);
  const Order& level = orders_[order_];
  const std::uint64_t history = key(past.last(order_ - 1));
  const auto context = level.contexts.find(history);
  const auto gram = level.grams.find(history << 8 | next);
  const double total = context == level.contexts.end() ? 0.0 : context->second.total;
  return ((gram == level.grams.end() ? 0.0 : gram->second) + 1) / (total + static_cast<double>(vocabulary_));
}

std::size_t NGram::entries() const {
  std::size_t entries = 0;
  for (const Order& order : orders_) entries += order.grams.size() + order.contexts.size();
  return entries;
}

double perplexity(const NGram& model, std::span<const Symbol> symbols, std::size_t begin, std::size_t end) {
  double loss = 0;
  for (std::size_t i = begin; i < end; ++i) loss -= log_portable(model.probability(symbols.first(i), symbols[i]));
  return exp_portable(loss / static_cast<double>(end - begin));
}

}  // namespace volley::charlm
