// A slice's inbox: the arrivals that are on their way to it, handed over window by window in canonical order.
//
// What is filed in order, as spikes are whose delays are equal, waits in a plain queue and is handed over where it
// lies. The rest waits in a calendar: a ring of buckets, each one stretch of time. Filing appends; a bucket is sorted
// when a window reaches it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
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
  void open(Time begin) { scan_ = number_of(begin); }
  // REQUIRES: arrival.at is not before the window that was opened last.
  void file(const Arrival& arrival) {
    if (head_ == queue_.size()) {
      queue_.clear();
      head_ = 0;
    } else if (arrival < queue_.back()) {
      return file_out_of_order(arrival);
    }
    queue_.push_back(arrival);
  }
  // The same for arrivals that are likely to be overtaken.
  void file_out_of_order(const Arrival& arrival);
  // Of the earliest arrival; kNever when empty.
  Time next_time() const {
    const Time queued = head_ == queue_.size() ? kNever : queue_[head_].at;
    return pending_ == 0 ? queued : std::min(queued, next_in_calendar());
  }
  // All arrivals before window.end, in canonical order. Valid until something is filed or taken.
  std::span<const Arrival> take(Window window);
  // How long the queue is, with what was taken and not yet dropped.
  std::size_t queue_length() const { return queue_.size(); }
  bool empty() const { return pending_ == 0 && head_ == queue_.size(); }

 private:
  struct Bucket {
    std::vector<Arrival> arrivals;
    std::size_t next = 0;  // the first one not taken
    bool sorted = true;
  };
  std::int64_t number_of(Time t) const { return t.time_since_epoch().count() >> shift_; }
  Bucket& bucket(std::int64_t number) { return ring_[static_cast<std::size_t>(number) & mask_]; }
  Time next_in_calendar() const;
  void take_from_calendar(Window window);
  std::span<const Arrival> take_from_queue(Window window);

  std::vector<Arrival> queue_;  // in canonical order; from head_ on not taken
  std::size_t head_ = 0;
  std::vector<Arrival> due_;  // of both, where the calendar holds something
  int shift_;                 // log2 of a bucket's picoseconds
  std::size_t mask_;
  std::vector<Bucket> ring_;
  std::size_t pending_ = 0;        // in the calendar
  mutable std::int64_t scan_ = 0;  // no bucket before this one holds anything
};

}  // namespace volley
