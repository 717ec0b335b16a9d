// State probes: which variable of which neurons is sampled when. Sampling reads and changes nothing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/network.h"
#include "engine/observer.h"
#include "engine/slice.h"

namespace volley {

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

  Time next_time() const { return next_; }
  // Samples at next_time() and moves on to the following time. REQUIRES: the slices have processed every event up to
  // and including that time, and none later.
  void sample(std::vector<double>& values);
  std::uint32_t probe() const { return probe_; }

 private:
  StateProbe spec_;
  std::uint32_t probe_;
  std::uint32_t variable_;
  std::vector<ProbePart> parts_;
  std::size_t size_ = 0;
  std::size_t done_ = 0;
  Time next_;
};

}  // namespace volley
