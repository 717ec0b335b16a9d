// A queue between two threads that holds its items as one growing batch: the producer appends to the open batch, the
// consumer takes it whole. Order is kept, nothing is dropped, and a producer that is too far ahead waits.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

namespace volley::io {

// `Batch` is default constructible, swappable, and has bytes() and clear() (which should keep its memory).
// Thread safe for one producer and one consumer.
template <class Batch>
class BoundedQueue {
 public:
  // The producer waits while the open batch has `limit` bytes or more; the consumer is woken at `wake` bytes.
  BoundedQueue(std::size_t limit, std::size_t wake) : limit_(limit), wake_(wake < limit ? wake : limit) {}

  // Calls append(batch) on the open batch, after waiting for room. False, without calling it, once close() was called.
  template <class Append>
  bool produce(Append&& append) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return open_.bytes() < limit_ || closed_; });
    if (closed_) return false;
    std::forward<Append>(append)(open_);
    const bool ready = open_.bytes() >= wake_;
    lock.unlock();
    if (ready) filled_.notify_one();
    return true;
  }

  // Swaps the open batch into `batch` (cleared first) once it is full enough, or at `deadline`, or when the queue
  // closes. False when it is closed and everything was taken.
  bool take(Batch& batch, std::chrono::steady_clock::time_point deadline) {
    batch.clear();
    bool more = true;
    {
      std::unique_lock lock(mutex_);
      filled_.wait_until(lock, deadline, [this] { return open_.bytes() >= wake_ || closed_; });
      std::swap(batch, open_);
      more = !closed_ || batch.bytes() > 0;
    }
    room_.notify_one();
    return more;
  }

  // No more items: produce() fails from now on, also where it waits at this moment; take() hands out what is left.
  void close() {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
    }
    room_.notify_one();
    filled_.notify_one();
  }

 private:
  const std::size_t limit_, wake_;
  std::mutex mutex_;
  std::condition_variable room_, filled_;
  Batch open_;
  bool closed_ = false;
};

}  // namespace volley::io
