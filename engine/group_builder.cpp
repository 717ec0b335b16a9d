#include "engine/group_builder.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace volley {
namespace {

template <class T>
void resize_exactly(std::vector<T>& v, std::size_t n) {
  v.reserve(n);
  v.resize(n);
}

// Brings rows into order; keeps its scratch memory from row to row.
class RowOrder {
 public:
  explicit RowOrder(SynapseGroup& group) : group_(group) {}

  // By (delay, target), stable.
  void sort(std::uint32_t begin, std::uint32_t end) {
    order_.clear();
    for (std::uint32_t i = begin; i < end; ++i) {
      const std::uint64_t delay = group_.delay_step.empty() ? 0 : group_.delay_step[i];
      order_.push_back(delay << 48 | std::uint64_t{group_.target[i]} << 32 | (i - begin));
    }
    if (std::is_sorted(order_.begin(), order_.end())) return;
    std::sort(order_.begin(), order_.end());
    for (std::uint64_t& key : order_) key = begin + (key & 0xffffffffu);
    permute(group_.target, begin);
    permute(group_.weight, begin);
    permute(group_.delay_step, begin);
  }

  // By delay, stable: a counting sort where delays are few, as they mostly are.
  void sort_by_delay(std::uint32_t begin, std::uint32_t end) {
    if (begin == end) return;
    const auto delay = group_.delay_step.begin();
    const auto [least, most] = std::minmax_element(delay + begin, delay + end);
    const std::size_t first = *least, range = *most - first + std::size_t{1};
    if (range > 4 * std::size_t{end - begin} + 64) return sort(begin, end);
    starts_.assign(range, 0);
    for (std::uint32_t i = begin; i < end; ++i) ++starts_[delay[i] - first];
    std::uint32_t next = 0;
    for (std::uint32_t& start : starts_) next += std::exchange(start, next);
    order_.resize(end - begin);
    for (std::uint32_t i = begin; i < end; ++i) order_[starts_[delay[i] - first]++] = i;
    permute(group_.target, begin);
    permute(group_.weight, begin);
    permute(group_.delay_step, begin);
  }

 private:
  // v[begin + k] becomes what v[order_[k]] was.
  template <class T>
  void permute(std::vector<T>& v, std::uint32_t begin) {
    if (v.empty()) return;
    scratch_.resize(order_.size() * sizeof(T));
    T* const moved = reinterpret_cast<T*>(scratch_.data());
    for (std::size_t k = 0; k < order_.size(); ++k) moved[k] = v[order_[k]];
    std::copy(moved, moved + order_.size(), v.begin() + begin);
  }

  SynapseGroup& group_;
  std::vector<std::uint64_t> order_;
  std::vector<std::uint32_t> starts_;
  std::vector<std::byte> scratch_;
};

}  // namespace

GroupBuilder::GroupBuilder(SynapseGroup header, std::uint32_t source_size) : group_(std::move(header)) {
  resize_exactly(group_.offset, std::size_t{source_size} + 1);
}

void GroupBuilder::start_placing(bool with_weights, bool with_delays) {
  std::uint32_t next = 0;
  for (std::uint32_t& row : group_.offset) next += std::exchange(row, next);
  resize_exactly(group_.target, synapses_);
  if (with_weights) resize_exactly(group_.weight, synapses_);
  if (with_delays) resize_exactly(group_.delay_step, synapses_);
}

void GroupBuilder::place(std::span<const std::uint32_t> sources, std::uint16_t target, const SynapseValues& values) {
  std::uint32_t* const row = group_.offset.data();
  std::uint16_t* const to = group_.target.data();
  if (values.weight.empty() && values.delay_step.empty()) {
    for (const std::uint32_t source : sources) to[row[source]++] = target;
    return;
  }
  for (std::size_t k = 0; k < sources.size(); ++k) {
    const std::uint32_t at = row[sources[k]]++;
    to[at] = target;
    if (!values.weight.empty()) group_.weight[at] = values.weight[k];
    if (!values.delay_step.empty()) group_.delay_step[at] = values.delay_step[k];
  }
}

SynapseGroup GroupBuilder::finish(bool targets_ascend) {
  // Every row has grown to the beginning of the next.
  std::copy_backward(group_.offset.begin(), group_.offset.end() - 1, group_.offset.end());
  group_.offset.front() = 0;
  if (!targets_ascend || !group_.delay_step.empty()) {
    RowOrder order(group_);
    for (std::size_t row = 0; row + 1 < group_.offset.size(); ++row) {
      const std::uint32_t begin = group_.offset[row], end = group_.offset[row + 1];
      targets_ascend ? order.sort_by_delay(begin, end) : order.sort(begin, end);
    }
  }
  return std::move(group_);
}

}  // namespace volley
