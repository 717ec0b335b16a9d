// A slice's inbox: the arrivals that are on their way to it, handed over window by window in canonical order.
//
// A calendar: a ring of buckets, each one stretch of time. Filing appends; a bucket is sorted when a window reaches it,
// which costs one comparison per arrival where spikes are filed in order and delays are equal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/synapses.h"
#include "engine/time.h"

namespace volley {

// Not thread safe: a slice's own.
class Inbox {
 public:
  // Arrivals are filed at most `reach` after the start of the window opened last; `width` is about a window's length.
  Inbox(Duration width, Duration reach);

  // Tells that a window opens: skips the silence before it. REQUIRES: nothing is pending before `begin`.
  void open(Time begin);
  // REQUIRES: arrival.at is not before the window that was opened last.
  void file(const Arrival& arrival);
  // Of the earliest arrival; kNever when empty.
  Time next_time() const;
  // Replaces `due` by all arrivals before window.end, in canonical order.
  void take(Window window, std::vector<Arrival>& due);
  bool empty() const { return pending_ == 0; }

 private:
  struct Bucket {
    std::vector<Arrival> arrivals;
    std::size_t next = 0;  // the first one not taken
    bool sorted = true;
  };
  std::int64_t number_of(Time t) const { return t.time_since_epoch().count() >> shift_; }
  Bucket& bucket(std::int64_t number) { return ring_[static_cast<std::size_t>(number) & mask_]; }

  int shift_;  // log2 of a bucket's picoseconds
  std::size_t mask_;
  std::vector<Bucket> ring_;
  std::size_t pending_ = 0;
  mutable std::int64_t scan_ = 0;  // no bucket before this one holds anything
};

}  // namespace volley
