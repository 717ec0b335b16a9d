// Ends of refractoriness of neurons that fire in time order and are refractory equally long: a queue needs no order of
// its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/time.h"

namespace volley {

struct Release {
  Time at;
  double residual_ps;  // what rounding took from the real time
  std::uint32_t neuron;
};

// First in, first out. Not thread safe: a slice's own.
class ReleaseQueue {
 public:
  std::size_t size() const { return queue_.size() - head_; }
  // kNever when empty.
  Time next_time() const { return next_; }
  // The k-th from the front. REQUIRES: k < size().
  const Release& operator[](std::size_t k) const { return queue_[head_ + k]; }
  // Whether push() would keep the order.
  bool takes(Time at) const { return size() == 0 || at >= queue_.back().at; }
  // REQUIRES: takes(release.at).
  void push(const Release& release) {
    if (size() == 0) next_ = release.at;
    queue_.push_back(release);
  }
  // REQUIRES: size() > 0.
  Release pop() {
    const Release release = queue_[head_++];
    if (head_ > 256 && head_ > queue_.size() - head_) {  // the rest moves down, once per element at most
      queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
    next_ = size() == 0 ? kNever : queue_[head_].at;
    return release;
  }

 private:
  std::vector<Release> queue_;
  std::size_t head_ = 0;
  Time next_ = kNever;
};

}  // namespace volley
