#include "engine/group_builder.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace volley {
namespace {

// Rows are placed all over the arrays at once: with pages of 4 KiB most of the time would go to the translation of
// addresses. Large arrays therefore ask for large pages; without them all is the same but slower.
void prefer_large_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t kPage = 4096, kLargePage = 2 << 20;
  const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(data) + kPage - 1) & ~(kPage - 1);
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(data) + bytes) & ~(kPage - 1);
  if (end >= begin + kLargePage) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

template <class T>
void resize_exactly(std::vector<T>& v, std::size_t n) {
  v.reserve(n);
  prefer_large_pages(v.data(), n * sizeof(T));
  v.resize(n);
}

// Brings rows into order; keeps its scratch memory from row to row.
class RowOrder {
 public:
  explicit RowOrder(SynapseGroup& group) : group_(group) {}

  // By (delay, target), stable.
  void sort(std::uint32_t begin, std::uint32_t end) {
    key_.resize(end - begin);
    std::uint64_t all = ~std::uint64_t{0}, any = 0;
    for (std::uint32_t k = 0; k < key_.size(); ++k) {
      const std::uint64_t delay = group_.delay_step.empty() ? 0 : group_.delay_step[begin + k];
      key_[k] = delay << 48 | std::uint64_t{group_.target[begin + k]} << 32 | k;
      all &= key_[k];
      any |= key_[k];
    }
    if (key_.size() < 64) {
      std::sort(key_.begin(), key_.end());
    } else {  // least significant byte first; bytes that are equal in all keys need no pass
      for (int shift = 32; shift < 64; shift += 8) {
        if ((all ^ any) >> shift & 0xff) sort_by_byte(shift);
      }
    }
    permute_weights(begin);
    for (std::uint32_t k = 0; k < key_.size(); ++k)
      group_.target[begin + k] = static_cast<std::uint16_t>(key_[k] >> 32);
    if (group_.delay_step.empty()) return;
    for (std::uint32_t k = 0; k < key_.size(); ++k) {
      group_.delay_step[begin + k] = static_cast<std::uint16_t>(key_[k] >> 48);
    }
  }

  // By delay, stable: a counting sort where delays are few, as they mostly are.
  void sort_by_delay(std::uint32_t begin, std::uint32_t end) {
    const std::span<std::uint16_t> delay(group_.delay_step.data() + begin, end - begin);
    std::uint16_t least = 0xffff, most = 0;
    for (const std::uint16_t d : delay) least = std::min(least, d), most = std::max(most, d);
    if (least >= most) return;
    if (most - least > 4 * static_cast<std::int64_t>(delay.size()) + 64) return sort(begin, end);
    starts_.assign(most - least + std::size_t{1}, 0);
    for (const std::uint16_t d : delay) ++starts_[d - least];
    std::uint32_t next = 0;
    for (std::uint32_t& start : starts_) next += std::exchange(start, next);

    key_.resize(delay.size());
    for (std::uint32_t k = 0; k < delay.size(); ++k) {
      key_[starts_[delay[k] - least]++] = std::uint64_t{group_.target[begin + k]} << 32 | k;
    }
    permute_weights(begin);
    for (std::uint32_t k = 0; k < key_.size(); ++k)
      group_.target[begin + k] = static_cast<std::uint16_t>(key_[k] >> 32);
    std::uint32_t k = 0;  // every start has moved to its end
    for (std::uint32_t d = 0; d < starts_.size(); ++d) {
      for (; k < starts_[d]; ++k) delay[k] = static_cast<std::uint16_t>(least + d);
    }
  }

 private:
  void sort_by_byte(int shift) {
    std::array<std::uint32_t, 256> start{};
    for (const std::uint64_t key : key_) ++start[key >> shift & 0xff];
    std::uint32_t next = 0;
    for (std::uint32_t& s : start) next += std::exchange(s, next);
    sorted_.resize(key_.size());
    for (const std::uint64_t key : key_) sorted_[start[key >> shift & 0xff]++] = key;
    key_.swap(sorted_);
  }

  // The k-th weight of the row becomes the one whose place is in key_[k].
  void permute_weights(std::uint32_t begin) {
    if (group_.weight.empty()) return;
    weight_.resize(key_.size());
    for (std::size_t k = 0; k < key_.size(); ++k) weight_[k] = group_.weight[begin + (key_[k] & 0xffffffffu)];
    std::copy(weight_.begin(), weight_.end(), group_.weight.begin() + begin);
  }

  SynapseGroup& group_;
  std::vector<std::uint64_t> key_, sorted_;  // delay, target, place in the row
  std::vector<std::uint32_t> starts_;
  std::vector<float> weight_;
};

bool rows_are_consecutive(const SynapseGroup& group) {
  if (!group.delay_step.empty() || group.target.empty()) return false;
  for (std::size_t row = 0; row + 1 < group.offset.size(); ++row) {
    for (std::uint32_t k = group.offset[row] + 1; k < group.offset[row + 1]; ++k) {
      if (group.target[k] != group.target[k - 1] + 1) return false;
    }
  }
  return true;
}

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
  group_.consecutive = rows_are_consecutive(group_);
  return std::move(group_);
}

}  // namespace volley
