// Probes: which variable of which neurons, or which weights, are sampled when. Sampling changes no result.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/network.h"
#include "engine/observer.h"
#include "engine/slice.h"
#include "engine/synapse_order.h"
#include "engine/weights.h"

namespace volley {

// The times of a probe: start, start + interval, ..., or those of a list.
class SampleSchedule {
 public:
  SampleSchedule(Time start, Duration interval, std::vector<Time> times)
      : interval_(interval), times_(std::move(times)), next_(times_.empty() ? start : times_.front()) {}

  Time next() const { return next_; }  // kNever behind the last
  void advance();

 private:
  Duration interval_;
  std::vector<Time> times_;
  std::size_t done_ = 0;
  Time next_;
};

// A part of a probe that lies in one slice.
struct ProbePart {
  const Slice* slice;
  std::vector<std::uint32_t> neurons;  // slice-local
  std::size_t first;                   // position of the first of them among the probe's neurons
};

// Not thread safe.
class StateSampler {
 public:
  StateSampler(const StateProbe& spec, std::uint32_t probe, std::uint32_t variable, std::vector<ProbePart> parts);

  Time next_time() const { return schedule_.next(); }
  // Samples at next_time() and moves on to the following time. REQUIRES: the slices have processed every event up to
  // and including that time, and none later.
  void sample(std::vector<double>& values);
  std::uint32_t probe() const { return probe_; }

 private:
  SampleSchedule schedule_;
  std::uint32_t probe_;
  std::uint32_t variable_;
  std::vector<ProbePart> parts_;
  std::size_t size_ = 0;
};

// Not thread safe.
class WeightSampler {
 public:
  // `pieces`: of the probe's projection (engine/synapse_order.h); they must outlive this. Synapses beyond the end of
  // the projection are left out: see problem().
  WeightSampler(const WeightProbe& spec, std::uint32_t probe, std::vector<ProjectionWeights::Piece> pieces);

  // What is wrong with the probe's range, now that the synapses are known; "" if nothing is.
  std::string problem() const;

  Time next_time() const { return schedule_.next(); }
  // As StateSampler::sample(). Plastic synapses are settled.
  void sample(std::vector<double>& values);
  std::uint32_t probe() const { return probe_; }
  // The probe's synapses, with their weights as last settled.
  std::vector<Synapse> synapses() const;

 private:
  struct Place {
    std::uint32_t piece, source, position;
  };

  WeightProbe spec_;
  SampleSchedule schedule_;
  std::uint32_t probe_;
  std::vector<ProjectionWeights::Piece> pieces_;
  std::vector<Place> places_;
  std::uint64_t synapses_ = 0;  // of the whole projection
};

}  // namespace volley
