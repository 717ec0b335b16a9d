// A slice's agenda: what it has to do at some time without being told, in a total order, so that the order of insertion
// never shows in results.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

#include <boost/heap/d_ary_heap.hpp>

#include "engine/time.h"

namespace volley {

// One entry. `kind` and `stamp` are the model's own: a predicted crossing, an end of refractoriness, a check.
// Order: time, neuron, kind, stamp. `residual_ps` in [-0.5, 0.5] is what rounding to picoseconds took from the real
// time of a crossing; it does not order.
struct AgendaEntry {
  Time at;
  std::uint32_t neuron;
  std::uint16_t kind;
  std::uint16_t stamp = 0;
  double residual_ps = 0;

  friend constexpr std::strong_ordering operator<=>(const AgendaEntry& a, const AgendaEntry& b) {
    if (const auto c = a.at <=> b.at; c != 0) return c;
    if (const auto c = a.neuron <=> b.neuron; c != 0) return c;
    if (const auto c = a.kind <=> b.kind; c != 0) return c;
    return a.stamp <=> b.stamp;
  }
  friend constexpr bool operator==(const AgendaEntry& a, const AgendaEntry& b) { return (a <=> b) == 0; }
};

// A min-queue over Boost's 4-ary heap. Not thread safe.
class Agenda {
 public:
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  // kNever when empty.
  Time next_time() const { return heap_.empty() ? kNever : heap_.top().at; }
  // REQUIRES: !empty().
  const AgendaEntry& top() const { return heap_.top(); }
  void push(const AgendaEntry& entry) { heap_.push(entry); }
  void pop() { heap_.pop(); }
  void clear() { heap_.clear(); }

 private:
  boost::heap::d_ary_heap<AgendaEntry, boost::heap::arity<4>, boost::heap::compare<std::greater<AgendaEntry>>> heap_;
};

}  // namespace volley
