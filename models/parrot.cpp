#include "models/parrot.h"

#include <algorithm>

#include "models/poisson_inputs.h"

namespace volley {
namespace {

class ParrotSlice final : public Slice {
 public:
  explicit ParrotSlice(const SliceRequest& request)
      : population_(request.population), first_(request.first), poisson_(request) {}

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    std::size_t next = 0;
    while (true) {
      const Time now = std::min(poisson_.next_time(), next < due.size() ? due[next].at : kNever);
      if (now >= window.end) return;
      heard_.clear();
      for (; next < due.size() && due[next].at == now; ++next) {
        const Arrival& arrival = due[next];
        const Row row = groups[arrival.group].row(arrival.begin, arrival.end);
        counters_.synaptic_events += row.target.size();
        heard_.insert(heard_.end(), row.target.begin(), row.target.end());
      }
      for (; poisson_.next_time() == now; ++counters_.external_events) heard_.push_back(poisson_.pop().neuron);
      std::sort(heard_.begin(), heard_.end());
      heard_.erase(std::unique(heard_.begin(), heard_.end()), heard_.end());
      for (const std::uint32_t n : heard_) fired.push_back({now, population_, first_ + n});
      counters_.spikes += heard_.size();
    }
  }
  Time next_event() const override { return poisson_.next_time(); }
  void sample(std::uint32_t, Time, std::span<const std::uint32_t>, std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);  // a parrot has no variables, so no probe asks
  }
  SliceCounters counters() const override { return counters_; }

 private:
  PopulationId population_;
  std::uint32_t first_;
  PoissonInputs poisson_;
  SliceCounters counters_;
  std::vector<std::uint32_t> heard_;  // in this instant
};

class ParrotType final : public ModelType {
 public:
  ParrotType() {
    info_.name = "parrot";
    info_.kind = ModelKind::kEventDriven;
    info_.summary = "fires at every instant at which at least one spike arrives; weights do not matter";
    info_.citation = "parrot_neuron in NEST (Gewaltig & Diesmann 2007, Scholarpedia 2(4):1430)";
    info_.ports = {{"in", ""}};
  }
  const ModelInfo& info() const override { return info_; }
  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const override {
    return std::make_unique<ParrotSlice>(request);
  }

 private:
  ModelInfo info_;
};

}  // namespace

std::unique_ptr<ModelType> make_parrot() { return std::make_unique<ParrotType>(); }

}  // namespace volley
