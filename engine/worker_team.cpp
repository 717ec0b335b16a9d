#include "engine/worker_team.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <optional>
#include <utility>  // Boost 1.74's asio uses std::exchange without including it
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace volley {
namespace {

// Some tens of microseconds of polling before the futex: about as long as a sleep and a wake-up together.
constexpr int kSpins = 2000;

inline void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

template <class T>
void wait_while_equal(const std::atomic<T>& value, T old) {
  for (int i = 0; i < kSpins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    relax();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

struct WorkerTeam::Impl {
  explicit Impl(unsigned n) : threads(n), thrown(n) {
    if (threads == 1) return;
    pool.emplace(threads - 1);
    for (unsigned worker = 1; worker < threads; ++worker) {
      boost::asio::post(*pool, [this, worker] { serve(worker); });
    }
  }

  ~Impl() {
    if (threads == 1) return;
    job = nullptr;
    epoch.fetch_add(1, std::memory_order_release);
    epoch.notify_all();
    pool->join();
  }

  void serve(unsigned worker) {
    for (std::uint64_t seen = 0;; ++seen) {
      wait_while_equal(epoch, seen);
      if (job == nullptr) return;
      attempt(worker);
      if (running.fetch_sub(1, std::memory_order_acq_rel) == 1) running.notify_one();
    }
  }

  void attempt(unsigned worker) noexcept {
    try {
      (*job)(worker);
    } catch (...) {
      thrown[worker] = std::current_exception();
    }
  }

  unsigned threads;
  std::vector<std::exception_ptr> thrown;              // by worker, of the job at hand
  const std::function<void(unsigned)>* job = nullptr;  // of the current epoch; nullptr: go home
  std::atomic<std::uint64_t> epoch{0};
  std::atomic<unsigned> running{0};
  std::optional<boost::asio::thread_pool> pool;
};

WorkerTeam::WorkerTeam(unsigned threads) : impl_(std::make_unique<Impl>(threads)) {}
WorkerTeam::~WorkerTeam() = default;

unsigned WorkerTeam::threads() const { return impl_->threads; }

void WorkerTeam::run(const std::function<void(unsigned)>& job) {
  if (impl_->threads == 1) return job(0);
  impl_->job = &job;
  impl_->running.store(impl_->threads - 1, std::memory_order_relaxed);
  impl_->epoch.fetch_add(1, std::memory_order_release);
  impl_->epoch.notify_all();
  impl_->attempt(0);
  for (unsigned left = impl_->running.load(std::memory_order_acquire); left != 0;
       left = impl_->running.load(std::memory_order_acquire)) {
    wait_while_equal(impl_->running, left);
  }
  std::exception_ptr first;
  for (std::exception_ptr& e : impl_->thrown) {
    if (e && !first) first = e;
    e = nullptr;
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace volley
