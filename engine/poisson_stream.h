// Independent Poisson trains for every neuron of a range, generated as one superposed stream per fixed block of
// neurons.
//
// A block is 1,024 neurons, counted from the start of the range, so blocks do not depend on slices or threads. One
// 32-bit random word makes one event: its upper 22 bits the exponential gap, its lower bits the neuron. A last block
// that is not full is generated for the next power of two, and events of the missing neurons are dropped (thinning).
// Gaps have a resolution of 2^-22 of their mean and reach up to 15.9 means; times are rounded to picoseconds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/network.h"
#include "engine/random.h"
#include "engine/time.h"

namespace volley {

inline constexpr std::uint32_t kPoissonBlock = 1024;

// The events of one block, in batches, in time order. Not thread safe.
class PoissonBlock {
 public:
  static constexpr std::size_t kBatch = 128;

  // Block `block` of a range of `range_size` neurons. `rate_hz`: of every single neuron, ascending in time.
  PoissonBlock(StreamKey key, std::uint32_t block, std::uint32_t range_size, std::vector<Step> rate_hz);

  // What is left of the batch at hand, in time order; never empty unless the stream has ended.
  // Event e is at `at()[e]` picoseconds for neuron `neuron()[e]` of the block.
  std::span<const std::int64_t> at() const { return {at_.data() + next_, size_ - next_}; }
  std::span<const std::uint16_t> neuron() const { return {neuron_.data() + next_, size_ - next_}; }
  // The whole batch at hand, and how much of it is consumed: for work that is done once per batch.
  std::span<const std::int64_t> batch() const { return {at_.data(), size_}; }
  std::size_t consumed() const { return next_; }
  // Drops the first `count` of them and makes the next batch when none is left. Returns whether a new batch was made.
  bool consume(std::size_t count);
  // Of the next event; kNever when the stream has ended.
  Time next_time() const { return next_ == size_ ? kNever : Time{Duration{at_[next_]}}; }

 private:
  void refill();
  void gaps_to_times(const std::array<float, kBatch>& gap);
  void gaps_to_times_piecewise(const std::array<float, kBatch>& gap);
  void drop_missing_neurons();

  PhiloxKey key_;
  std::uint64_t item_;
  std::uint64_t group_ = 0;  // of eight Philox blocks, 32 words
  std::uint32_t neurons_;
  std::uint32_t slots_;  // neurons_ rounded up to a power of two
  std::vector<Step> rate_hz_;
  std::size_t segment_ = 0;  // of rate_hz_ in which clock_ps_ lies
  std::int64_t clock_ps_ = 0;
  bool ended_ = false;
  std::size_t next_ = 0, size_ = 0;
  std::array<std::int64_t, kBatch> at_;
  std::array<std::uint16_t, kBatch> neuron_;
};

// All blocks of one range that touch the neurons [begin, end) of it, merged. For populations that take events one by
// one; hot populations walk the blocks themselves.
class PoissonStream {
 public:
  PoissonStream(StreamKey key, std::uint32_t range_size, std::uint32_t begin, std::uint32_t end,
                const std::vector<Step>& rate_hz);

  struct Event {
    Time at;
    std::uint32_t neuron;  // relative to `begin`
  };
  // Of the next event; kNever when there is none.
  Time next_time() const { return head_.at; }
  // The next event; events of one instant come in an order that the stream fixes. REQUIRES: next_time() != kNever.
  Event pop();

 private:
  void find_head();
  void skip_foreign(std::size_t block);

  std::uint32_t begin_, end_;
  std::uint32_t first_block_;
  std::vector<PoissonBlock> blocks_;
  std::size_t head_block_ = 0;
  Event head_{kNever, 0};
};

}  // namespace volley
