#include "engine/probes.h"

#include <utility>

#include "absl/strings/str_format.h"

namespace volley {

void SampleSchedule::advance() {
  ++done_;
  if (times_.empty()) {
    next_ = later(next_, interval_);
  } else {
    next_ = done_ < times_.size() ? times_[done_] : kNever;
  }
}

StateSampler::StateSampler(const StateProbe& spec, std::uint32_t probe, std::uint32_t variable,
                           std::vector<ProbePart> parts)
    : schedule_(spec.start, spec.interval, spec.times), probe_(probe), variable_(variable), parts_(std::move(parts)) {
  for (const ProbePart& part : parts_) size_ += part.neurons.size();
}

void StateSampler::sample(std::vector<double>& values) {
  values.resize(size_);
  for (const ProbePart& part : parts_) {
    part.slice->sample(variable_, schedule_.next(), part.neurons,
                       std::span<double>(values).subspan(part.first, part.neurons.size()));
  }
  schedule_.advance();
}

WeightSampler::WeightSampler(const WeightProbe& spec, std::uint32_t probe, std::vector<ProjectionWeights::Piece> pieces)
    : spec_(spec), schedule_(spec.start, spec.interval, spec.times), probe_(probe), pieces_(std::move(pieces)) {
  const std::uint64_t first = spec.synapses.first;
  for_each_in_order(pieces_, [&](const ProjectionWeights::Piece& piece, std::uint32_t source, std::uint32_t position) {
    const std::uint64_t number = synapses_++;
    if (number < first || (spec.synapses.count && number - first >= *spec.synapses.count)) return;
    places_.push_back({static_cast<std::uint32_t>(&piece - pieces_.data()), source, position});
  });
}

std::string WeightSampler::problem() const {
  if (!places_.empty() && (!spec_.synapses.count || places_.size() == *spec_.synapses.count)) return "";
  return absl::StrFormat("weight probe of %s: synapses from %d%s, but the projection has %d; lower `synapses`",
                         spec_.projection, spec_.synapses.first,
                         spec_.synapses.count ? absl::StrFormat(" on, %d of them", *spec_.synapses.count) : "",
                         synapses_);
}

void WeightSampler::sample(std::vector<double>& values) {
  const Time after = later(schedule_.next(), Duration{1});
  for (const ProjectionWeights::Piece& piece : pieces_) {
    if (piece.plastic != nullptr) piece.plastic->settle(after, *piece.group);
  }
  values.resize(places_.size());
  for (std::size_t i = 0; i < places_.size(); ++i) {
    values[i] = weight_of(pieces_[places_[i].piece], places_[i].position);
  }
  schedule_.advance();
}

std::vector<Synapse> WeightSampler::synapses() const {
  std::vector<Synapse> all;
  all.reserve(places_.size());
  for (const Place& place : places_) all.push_back(synapse_of(pieces_[place.piece], place.source, place.position));
  return all;
}

}  // namespace volley
