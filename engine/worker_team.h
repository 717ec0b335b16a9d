// A fixed team of threads that runs the same short job again and again: one window after another, with a barrier in
// between. Threads come from boost::asio::thread_pool; between jobs they spin for a moment before they sleep, because a
// window may take only microseconds.
#pragma once

#include <functional>
#include <memory>

namespace volley {

class WorkerTeam {
 public:
  // The calling thread is one of the team: `threads` - 1 are started. REQUIRES: threads >= 1.
  explicit WorkerTeam(unsigned threads);
  ~WorkerTeam();
  WorkerTeam(const WorkerTeam&) = delete;
  WorkerTeam& operator=(const WorkerTeam&) = delete;

  unsigned threads() const;

  // Calls job(worker) once for every worker in [0, threads()), in parallel, and returns when all have finished. What
  // one job wrote, every later job sees. Not reentrant. An exception of a job leaves run() once all have finished; of
  // several the one of the lowest worker.
  void run(const std::function<void(unsigned)>& job);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace volley
