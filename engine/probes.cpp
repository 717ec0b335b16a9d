#include "engine/probes.h"

#include <utility>

namespace volley {

StateSampler::StateSampler(const StateProbe& spec, std::uint32_t probe, std::uint32_t variable,
                           std::vector<ProbePart> parts)
    : spec_(spec), probe_(probe), variable_(variable), parts_(std::move(parts)) {
  for (const ProbePart& part : parts_) size_ += part.neurons.size();
  next_ = !spec_.times.empty() ? spec_.times.front() : spec_.start;
}

void StateSampler::sample(std::vector<double>& values) {
  values.resize(size_);
  for (const ProbePart& part : parts_) {
    part.slice->sample(variable_, next_, part.neurons,
                       std::span<double>(values).subspan(part.first, part.neurons.size()));
  }
  ++done_;
  if (spec_.times.empty()) {
    next_ = later(next_, spec_.interval);
  } else {
    next_ = done_ < spec_.times.size() ? spec_.times[done_] : kNever;
  }
}

}  // namespace volley
