#include "engine/inbox.h"

#include <algorithm>
#include <bit>

namespace volley {
namespace {

constexpr std::uint64_t kMostBuckets = 4096;

}  // namespace

Inbox::Inbox(Duration width, Duration reach) {
  const auto w = static_cast<std::uint64_t>(std::max<std::int64_t>(width.count(), 1));
  const auto r = static_cast<std::uint64_t>(std::max<std::int64_t>(reach.count(), 1));
  shift_ = std::bit_width(w) - 1;
  while ((r >> shift_) + 2 > kMostBuckets) ++shift_;
  ring_.resize(std::bit_ceil((r >> shift_) + 2));
  mask_ = ring_.size() - 1;
}

void Inbox::file_out_of_order(const Arrival& arrival) {
  const std::int64_t number = number_of(arrival.at);
  Bucket& b = bucket(number);
  if (b.sorted && !b.arrivals.empty() && arrival < b.arrivals.back()) b.sorted = false;
  b.arrivals.push_back(arrival);
  ++pending_;
}

// REQUIRES: the calendar holds something.
Time Inbox::next_in_calendar() const {
  while (ring_[static_cast<std::size_t>(scan_) & mask_].arrivals.empty()) ++scan_;
  const Bucket& b = ring_[static_cast<std::size_t>(scan_) & mask_];
  if (b.sorted) return b.arrivals[b.next].at;
  Time earliest = kNever;
  for (std::size_t i = b.next; i < b.arrivals.size(); ++i) earliest = std::min(earliest, b.arrivals[i].at);
  return earliest;
}

std::span<const Arrival> Inbox::take_from_queue(Window window) {
  // Half of it taken and more than a few: the rest moves down, once per element at most.
  if (head_ > 256 && head_ > queue_.size() - head_) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  const std::size_t first = head_;
  while (head_ < queue_.size() && queue_[head_].at < window.end) ++head_;
  return {queue_.data() + first, head_ - first};
}

// Replaces due_.
void Inbox::take_from_calendar(Window window) {
  due_.clear();
  const std::int64_t last = number_of(window.end - Duration{1});
  for (std::int64_t number = scan_; number <= last && pending_ != 0; ++number) {
    Bucket& b = bucket(number);
    if (b.arrivals.empty()) continue;
    if (!b.sorted) {
      std::sort(b.arrivals.begin() + static_cast<std::ptrdiff_t>(b.next), b.arrivals.end());
      b.sorted = true;
    }
    std::size_t i = b.next;
    while (i < b.arrivals.size() && b.arrivals[i].at < window.end) ++i;
    due_.insert(due_.end(), b.arrivals.begin() + static_cast<std::ptrdiff_t>(b.next),
                b.arrivals.begin() + static_cast<std::ptrdiff_t>(i));
    pending_ -= i - b.next;
    b.next = i;
    if (i == b.arrivals.size()) {
      b.arrivals.clear();
      b.next = 0;
    }
  }
}

std::span<const Arrival> Inbox::take(Window window) {
  const std::span<const Arrival> queued = take_from_queue(window);
  if (pending_ == 0) {
    scan_ = number_of(window.end);
    return queued;
  }
  take_from_calendar(window);
  scan_ = number_of(window.end);
  if (queued.empty()) return due_;
  const auto middle = static_cast<std::ptrdiff_t>(due_.size());
  due_.insert(due_.end(), queued.begin(), queued.end());
  std::inplace_merge(due_.begin(), due_.begin() + middle, due_.end());
  return due_;
}

}  // namespace volley
