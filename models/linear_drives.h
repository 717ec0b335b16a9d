// External Poisson input of a population in decay frames (frame_linear.cpp): the blocks of its drives, walked in chunks
// behind a bound, and event by event where blocks meet at the same instant or a slice border cuts one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/model.h"
#include "models/decay_frame.h"
#include "models/driven_block.h"
#include "models/modes.h"

namespace volley {

// `Population` is whom the events reach. It offers, to this class: coefficients(), Width a neuron; membrane() and
// frame_of(mode), its frames; decays(t); later() and bar(), of the check point ahead; move_bases(t); wake(t), before
// excitation; next_check(); next_own(), the first thing that it has to do by itself; add_risky(i); settle_all(t). Not
// thread safe: a slice's own.
template <int Width, bool Hard>
class LinearDrives {
 public:
  // What a drive ends on.
  struct Target {
    int mode;
    double kappa;  // mV per pA
    double tau_ms;
  };

  LinearDrives() = default;
  // `target_of(port)`: what a drive ends on. `membrane_tau_ms`: of mode 0.
  template <class TargetOf>
  LinearDrives(const SliceRequest& request, double membrane_tau_ms, const TargetOf& target_of) {
    std::vector<Driven> blocks;
    for_each_driven_block(request, [&](PoissonBlock stream, const SliceDrive& drive, const PoissonDrive& poisson,
                                       std::int32_t offset, std::int32_t size) {
      const Target target = target_of(drive.port);
      Driven& block = blocks.emplace_back(Driven{{std::move(stream),
                                                  poisson.weight,
                                                  {membrane_tau_ms * 1e9, target.tau_ms * 1e9},
                                                  offset,
                                                  size,
                                                  static_cast<std::int32_t>(drive.begin),
                                                  static_cast<std::int32_t>(drive.end)},
                                                 target.mode});
      block.on_port[target.mode] = poisson.weight * target.kappa;
      block.on_membrane[0] = -block.on_port[target.mode];
    });
    groups_ = grouped(std::move(blocks));
    next_ = next_time();
  }

  // Events applied so far.
  std::uint64_t events() const { return events_; }

  // Of the earliest event ahead; bound() is a lower bound of it, at hand.
  Time next_time() const {
    Time next = kNever;
    for (const std::vector<Driven>& group : groups_) {
      for (const Driven& block : group) next = std::min(next, block.next_time());
    }
    return next;
  }
  Time bound() const { return next_; }

  // A base has moved.
  void forget() {
    for (std::vector<Driven>& group : groups_) {
      for (Driven& block : group) block.forget();
    }
  }

  // Events before `until`, and before the first thing that they put on the agenda or wake. Groups of blocks share no
  // neuron, so they go one by one; the blocks of a group in time order.
  template <class Population>
  void drain(Time until, Population& population) {
    if (next_ >= until) return;
    next_ = kNever;
    for (std::vector<Driven>& group : groups_) {
      for (;;) {
        Driven* first = nullptr;
        Time at = until, next = until;
        for (Driven& block : group) {
          const Time t = block.next_time();
          if (t < at) {
            next = std::exchange(at, t);
            first = &block;
          } else {
            next = std::min(next, t);
          }
        }
        if (first == nullptr) {
          for (const Driven& block : group) next_ = std::min(next_, block.next_time());
          break;
        }
        population.move_bases(at);
        if (first->weight() > 0) {
          population.wake(at);
          next = std::min(next, population.next_check());
        }
        if (next == at || !first->is_whole()) {
          take_group(group, at, population);
          population.settle_all(at);
        } else {
          drain_chunk(*first, next, population);
        }
        until = std::min(until, population.next_own());
      }
    }
  }

  // Events of this very time; whoever they may let cross is made risky.
  template <class Population>
  void take(Time at, Population& population) {
    if (next_ != at) return;
    for (std::vector<Driven>& group : groups_) take_group(group, at, population);
    next_ = next_time();
  }

 private:
  struct Driven : DrivenBlock<2> {  // frames: the membrane's and the port's
    int mode;
    Modes<Width> on_membrane{}, on_port{};
    Modes<Width> start{};  // decays at the start of the chunk at hand
  };

  // Events of the chunk at hand before `until`, up to the first that may let its neuron cross.
  template <class Population>
  void drain_chunk(Driven& block, Time until, Population& population) {
    bool risky;
    const std::size_t count = add_events_of(block, block.count_before(until), risky, population);
    events_ += count;
    if (!risky) return block.consume(count);
    population.add_risky(static_cast<std::uint32_t>(block.offset() + block.neuron()[count - 1]));
    const Time at{Duration{block.at()[count - 1]}};
    block.consume(count);
    while (block.next_time() == at) take_event(block, population);
    population.settle_all(at);
  }

  template <class Population>
  void take_group(std::vector<Driven>& group, Time at, Population& population) {
    for (Driven& block : group) {
      if (block.next_time() == at && block.weight() > 0) population.wake(at);
      while (block.next_time() == at) take_event(block, population);
    }
  }

  // The block's next event, unless its neuron belongs to another slice.
  template <class Population>
  void take_event(Driven& block, Population& population) {
    const std::int32_t i = block.offset() + *block.neuron();
    if (block.owns(i)) {
      bool risky;
      events_ += add_events_of(block, 1, risky, population);
      if (risky) population.add_risky(static_cast<std::uint32_t>(i));
    }
    block.consume(1);
  }

  template <class Population>
  std::size_t add_events_of(Driven& block, std::size_t count, bool& risky, Population& population) {
    if (block.prepare(population.membrane(), population.frame_of(block.mode))) {
      block.start = population.decays(block.chunk_start());
    }
    double* const a = population.coefficients() + std::ptrdiff_t{block.offset()} * Width;
    const EventStep<Width> step{block.on_membrane, block.on_port, block.start, population.later(), population.bar()};
    const auto add = block.weight() > 0 ? add_events<Width, Hard, true> : add_events<Width, Hard, false>;
    return add(a, block.neuron(), block.factor(0), block.factor(1), count, step, risky);
  }

  std::vector<std::vector<Driven>> groups_;  // of blocks that share neurons
  Time next_ = kNever;
  std::uint64_t events_ = 0;
};

}  // namespace volley
