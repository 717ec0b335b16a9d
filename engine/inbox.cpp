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

void Inbox::open(Time begin) { scan_ = number_of(begin); }

void Inbox::file(const Arrival& arrival) {
  const std::int64_t number = number_of(arrival.at);
  Bucket& b = bucket(number);
  if (b.sorted && !b.arrivals.empty() && arrival < b.arrivals.back()) b.sorted = false;
  b.arrivals.push_back(arrival);
  ++pending_;
}

Time Inbox::next_time() const {
  if (pending_ == 0) return kNever;
  while (ring_[static_cast<std::size_t>(scan_) & mask_].arrivals.empty()) ++scan_;
  const Bucket& b = ring_[static_cast<std::size_t>(scan_) & mask_];
  if (b.sorted) return b.arrivals[b.next].at;
  Time earliest = kNever;
  for (std::size_t i = b.next; i < b.arrivals.size(); ++i) earliest = std::min(earliest, b.arrivals[i].at);
  return earliest;
}

void Inbox::take(Window window, std::vector<Arrival>& due) {
  due.clear();
  const std::int64_t last = number_of(window.end - Duration{1});
  if (pending_ != 0) {
    for (std::int64_t number = scan_; number <= last && pending_ != 0; ++number) {
      Bucket& b = bucket(number);
      if (b.arrivals.empty()) continue;
      if (!b.sorted) {
        std::sort(b.arrivals.begin() + static_cast<std::ptrdiff_t>(b.next), b.arrivals.end());
        b.sorted = true;
      }
      std::size_t i = b.next;
      while (i < b.arrivals.size() && b.arrivals[i].at < window.end) ++i;
      due.insert(due.end(), b.arrivals.begin() + static_cast<std::ptrdiff_t>(b.next),
                 b.arrivals.begin() + static_cast<std::ptrdiff_t>(i));
      pending_ -= i - b.next;
      b.next = i;
      if (i == b.arrivals.size()) {
        b.arrivals.clear();
        b.next = 0;
      }
    }
  }
  scan_ = number_of(window.end);
}

}  // namespace volley
