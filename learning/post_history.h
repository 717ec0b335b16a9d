// The target neurons' spikes that some synapse has not seen yet, with what a rule keeps of each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/time.h"

namespace volley {

// `Event`: what a rule remembers of one spike. Not thread safe.
template <class Event>
class PostHistory {
 public:
  struct Item {
    Time at;
    Event event;
  };

  explicit PostHistory(std::uint32_t neurons) : of_(neurons) {}

  std::uint32_t neurons() const { return static_cast<std::uint32_t>(of_.size()); }
  // Ascending in time.
  std::span<const Item> of(std::uint32_t neuron) const { return of_[neuron]; }
  // REQUIRES: not before the neuron's last one.
  void add(std::uint32_t neuron, Time at, const Event& event) {
    of_[neuron].push_back({at, event});
    ++items_;
  }
  // Forgets what lies before `until`, but for the last spike of each neuron: its traces go on.
  void forget(Time until) {
    for (std::vector<Item>& items : of_) {
      std::size_t old = 0;
      while (old + 1 < items.size() && items[old + 1].at < until) ++old;
      items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(old));
      items_ -= old;
    }
  }
  std::size_t items() const { return items_; }
  std::size_t bytes() const {
    std::size_t bytes = of_.capacity() * sizeof(of_[0]);
    for (const std::vector<Item>& items : of_) bytes += items.capacity() * sizeof(Item);
    return bytes;
  }

 private:
  std::vector<std::vector<Item>> of_;
  std::size_t items_ = 0;
};

}  // namespace volley
