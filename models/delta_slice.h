// What the two fast forms of delta neurons share: the coefficients, the frame, the external input, and an arrival's
// row. frame_delta.cpp has the form whose neurons can only cross at an input, drifting_delta.cpp the one whose neurons
// also cross between them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "engine/model.h"
#include "models/decay_frame.h"
#include "models/delta_rows.h"
#include "models/driven_block.h"

namespace volley {

struct DeltaSettings {
  double v_inf, threshold, reset;  // mV; threshold and reset relative to v_inf
  Duration t_ref;
  bool subtract;
};

// `Frame`: DecayFrame, or one like it. `AtLeast`: fires at V >= threshold, else at V > threshold.
template <class Frame, bool AtLeast>
class DeltaSlice : public Slice {
 public:
  DeltaSlice(const SliceRequest& request, const DeltaSettings& settings, double tau_ms)
      : settings_(settings),
        population_(request.population),
        first_(request.first),
        tau_ps_(tau_ms * 1e9),
        frame_(tau_ms),
        c_(request.count) {
    for (std::uint32_t i = 0; i < request.count; ++i) {
      c_[i] = initial_v(request.parameters, i) - settings_.v_inf;
    }
    if (settings_.subtract && settings_.t_ref > Duration{0}) held_.resize(request.count);
    add_drives(request);
    next_external_ = next_external();
  }

  void sample(std::uint32_t, Time at, std::span<const std::uint32_t> neurons, std::span<double> out) const override {
    Frame frame = frame_;  // the base is that of `at`, whether or not anything has happened in this slice since
    const double power = frame.needs_rebase(at) ? frame.rebase(at) : 1.0;
    const double decay = frame.decay(at);
    for (std::size_t k = 0; k < neurons.size(); ++k) {
      const std::uint32_t i = neurons[k];
      const bool parked = c_[i] == kParked;
      out[k] = settings_.v_inf + (parked ? value_after_refractoriness(i) : DecayFrame::rescaled(c_[i], power) * decay);
    }
  }

  SliceCounters counters() const final {
    SliceCounters counters;
    counters.external_events = external_events_;
    return counters;
  }

 protected:
  using Block = DrivenBlock<1>;
  static constexpr double kParked = -std::numeric_limits<double>::infinity();

  double value_after_refractoriness(std::uint32_t i) const { return held_.empty() ? settings_.reset : held_[i]; }

  Time next_external() const {
    Time next = kNever;
    for (const Block& block : blocks_) next = std::min(next, block.next_time());
    return next;
  }

  // Returns what coefficients were multiplied by.
  double move_base(Time t) {
    if (!frame_.needs_rebase(t)) [[likely]]
      return 1.0;
    const double power = frame_.rebase(t);
    for (double& c : c_) c = DecayFrame::rescaled(c, power);
    for (Block& block : blocks_) block.forget();
    return power;
  }

  // Before the first factor_of() of a window.
  void forget_factors() { factors_begin_ = factors_end_ = 0; }
  // The frame's factor at due[k]; computed for some that follow, too. The base is that of due[k].
  double factor_of(std::size_t k, std::span<const Arrival> due) {
    if (k >= factors_end_) {
      factors_begin_ = k;
      factors_end_ = std::min(k + Frame::kLanes, due.size());
      while (frame_.needs_rebase(due[factors_end_ - 1].at)) --factors_end_;
      frame_.factors(
          factors_end_ - k, [&](std::size_t i) { return due[k + i].at; }, factors_.data());
    }
    return factors_[k - factors_begin_];
  }

  // `threshold`: of the coefficients; who exceeds it becomes a candidate, at the latest with finish_rows().
  void deliver(const Row& row, double factor, double threshold) {
    if (row.consecutive && !row.weight.empty() && row.weight.size() >= kFewest) return collect(row, factor, threshold);
    if (collected_count_ != 0) finish_rows(factor, threshold);
    if (candidates_.size() < candidate_count_ + row.target.size())
      candidates_.resize(candidate_count_ + row.target.size());
    std::uint32_t* const first = candidates_.data() + candidate_count_;
    const double jump = row.uniform_weight * factor;
    std::uint32_t* last = first;
    if (!row.weight.empty()) {
      last = add_weighted_row<AtLeast>(c_.data(), row.target, row.weight.data(), factor, threshold, first);
    } else if (jump > 0 || settings_.subtract) {  // subtraction may have left a neuron above the threshold
      last = raise_row<AtLeast>(c_.data(), row.target, jump, threshold, first);
    } else {
      lower_row(c_.data(), row.target, jump);
    }
    candidate_count_ += static_cast<std::size_t>(last - first);
  }

  // Applies what deliver() collected. Comes after the last row of an instant.
  void finish_rows(double factor, double threshold) {
    if (collected_count_ == 0) return;
    add_collected(factor);
    if (candidates_.size() < candidate_count_ + collected_count_)
      candidates_.resize(candidate_count_ + collected_count_);
    std::uint32_t* const first = candidates_.data() + candidate_count_;
    candidate_count_ += static_cast<std::size_t>(
        find_crossed<AtLeast>(c_.data() + collected_first_, collected_count_, threshold, collected_first_, first) -
        first);
    collected_count_ = 0;
  }

  void apply_external(Block& block, Time at) {
    while (block.next_time() == at) {
      const std::int32_t i = block.offset() + *block.neuron();
      if (block.owns(i)) {
        ++external_events_;
        block.prepare(frame_);
        c_[static_cast<std::size_t>(i)] += block.weight() * *block.factor(0);
        add_candidate(static_cast<std::uint32_t>(i));
      }
      block.consume(1);
    }
  }

  void add_candidate(std::uint32_t i) {
    if (candidates_.size() == candidate_count_) candidates_.resize(candidate_count_ + 64);
    candidates_[candidate_count_++] = i;
  }

  // The neurons to look at once all input of an instant is applied. One that a reset by subtraction leaves above the
  // threshold fires at most once per instant, and again at its next event: its next input, whatever its sign, or the
  // end of its refractory period.
  std::span<const std::uint32_t> take_candidates() {
    const std::size_t count = std::exchange(candidate_count_, 0);
    if (!settings_.subtract) return {candidates_.data(), count};
    const auto begin = candidates_.begin(), end = begin + static_cast<std::ptrdiff_t>(count);
    std::sort(begin, end);
    return {begin, std::unique(begin, end)};
  }

  DeltaSettings settings_;
  PopulationId population_;
  std::uint32_t first_;
  double tau_ps_;
  Frame frame_;
  std::vector<double> c_;
  std::vector<double> held_;  // reset by subtraction with a refractory period: V - v_inf while it lasts
  std::vector<Block> blocks_;
  std::size_t drives_ = 0;
  Time next_external_ = kNever;  // a lower bound once events of this very time are applied
  std::uint64_t external_events_ = 0;
  std::size_t candidate_count_ = 0;

 private:
  static constexpr std::size_t kFewest = 8;     // synapses of a row that is worth collecting
  static constexpr std::size_t kCollected = 4;  // rows that are added at once

  // Rows of one instant with the same consecutive targets wait for one another: they are added together, and neurons
  // that only some of them lift above the threshold are not looked at.
  void collect(const Row& row, double factor, double threshold) {
    if (collected_count_ != row.weight.size() || collected_first_ != row.target.front()) {
      finish_rows(factor, threshold);
      collected_first_ = row.target.front();
      collected_count_ = row.weight.size();
    }
    collected_[collected_rows_++] = row.weight.data();
    if (collected_rows_ == kCollected) add_collected(factor);
  }

  void add_collected(double factor) {
    double* const c = c_.data() + collected_first_;
    switch (collected_rows_) {
      case 1:
        add_rows<1>(c, collected_.data(), collected_count_, factor);
        break;
      case 2:
        add_rows<2>(c, collected_.data(), collected_count_, factor);
        break;
      case 3:
        add_rows<3>(c, collected_.data(), collected_count_, factor);
        break;
      case 4:
        add_rows<4>(c, collected_.data(), collected_count_, factor);
        break;
      default:
        break;
    }
    collected_rows_ = 0;
  }

  static double initial_v(const ResolvedParameters& parameters, std::uint32_t i) {
    const double v = parameters.at("v_init", i);
    return v != v ? parameters.at("v_rest", i) : v;
  }

  void add_drives(const SliceRequest& request) {
    for_each_driven_block(request, [&](PoissonBlock stream, const SliceDrive& drive, const PoissonDrive& poisson,
                                       std::int32_t offset, std::int32_t size) {
      blocks_.emplace_back(std::move(stream), poisson.weight, std::array{tau_ps_}, offset, size,
                           static_cast<std::int32_t>(drive.begin), static_cast<std::int32_t>(drive.end));
    });
    drives_ = request.drives.size();
  }

  std::array<const float*, kCollected> collected_{};  // weights of rows of this instant that are not added yet
  std::size_t collected_rows_ = 0;
  std::size_t collected_count_ = 0;  // their length; 0: no row was collected since finish_rows()
  std::uint32_t collected_first_ = 0;
  std::vector<std::uint32_t> candidates_;        // the first candidate_count_ count
  std::array<double, Frame::kLanes> factors_{};  // of the arrivals [factors_begin_, factors_end_) of the window
  std::size_t factors_begin_ = 0, factors_end_ = 0;
};

}  // namespace volley
