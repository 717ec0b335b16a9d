#include "engine/source.h"

#include <algorithm>
#include <utility>

#include "engine/poisson_stream.h"

namespace volley {
namespace {

class PoissonTrains : public SpikeSource {
 public:
  PoissonTrains(const PoissonSource& spec, PopulationId id, std::uint32_t size, StreamKey key)
      : id_(id), stream_(key, size, 0, size, spec.rate_hz) {}

  Time next_time() const override { return stream_.next_time(); }
  void produce(Time end, std::vector<Spike>& out) override {
    const auto first = static_cast<std::ptrdiff_t>(out.size());
    while (stream_.next_time() < end) {
      const PoissonStream::Event event = stream_.pop();
      out.push_back({event.at, id_, event.neuron});
    }
    // The stream's order of events within one picosecond is its own.
    if (!std::is_sorted(out.begin() + first, out.end())) std::sort(out.begin() + first, out.end());
  }

 private:
  PopulationId id_;
  PoissonStream stream_;
};

class RegularTrains : public SpikeSource {
 public:
  RegularTrains(const RegularSource& spec, PopulationId id, std::uint32_t size)
      : spec_(spec), id_(id), size_(size), next_(spec.start) {}

  Time next_time() const override { return spec_.count && done_ >= *spec_.count ? kNever : next_; }
  void produce(Time end, std::vector<Spike>& out) override {
    for (Time t = next_time(); t < end; t = next_time()) {
      for (std::uint32_t neuron = 0; neuron < size_; ++neuron) out.push_back({t, id_, neuron});
      next_ = later(next_, spec_.interval);
      ++done_;
    }
  }

 private:
  RegularSource spec_;
  PopulationId id_;
  std::uint32_t size_;
  Time next_;
  std::uint64_t done_ = 0;
};

class SpikeList : public ListSource {
 public:
  SpikeList(const SpikeListSource& spec, PopulationId id) : id_(id), spikes_(spec.spikes) {
    std::sort(spikes_.begin(), spikes_.end());
  }

  Time next_time() const override { return next_ == spikes_.size() ? kNever : spikes_[next_].first; }
  void produce(Time end, std::vector<Spike>& out) override {
    for (; next_time() < end; ++next_) out.push_back({spikes_[next_].first, id_, spikes_[next_].second});
  }
  void add(std::span<const std::pair<Time, std::uint32_t>> spikes) override {
    spikes_.erase(spikes_.begin(), spikes_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
    const auto old = static_cast<std::ptrdiff_t>(spikes_.size());
    spikes_.insert(spikes_.end(), spikes.begin(), spikes.end());
    const auto middle = spikes_.begin() + old;
    if (!std::is_sorted(middle, spikes_.end())) std::sort(middle, spikes_.end());
    std::inplace_merge(spikes_.begin(), middle, spikes_.end());
  }

 private:
  PopulationId id_;
  std::vector<std::pair<Time, std::uint32_t>> spikes_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<SpikeSource> make_source(const SourceSpec& spec, PopulationId id, std::uint32_t position,
                                         std::uint64_t seed) {
  if (const auto* poisson = std::get_if<PoissonSource>(&spec.kind)) {
    return std::make_unique<PoissonTrains>(*poisson, id, spec.size, StreamKey{seed, Purpose::kPoissonSource, position});
  }
  if (const auto* regular = std::get_if<RegularSource>(&spec.kind)) {
    return std::make_unique<RegularTrains>(*regular, id, spec.size);
  }
  return std::make_unique<SpikeList>(std::get<SpikeListSource>(spec.kind), id);
}

}  // namespace volley
