// A model for tests of the engine alone: its neurons write down everything they are told, and fire when the weights of
// one instant add up to more than one.
//
// Every slice also checks what the engine promises it: windows in order that do not overlap, arrivals inside the window
// and in canonical order. Each broken promise is counted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "engine/model.h"

namespace volley::test {

struct Witnessed {
  Time at;
  PopulationId population;
  std::uint32_t neuron;  // that received
  PopulationId source;
  std::uint32_t from;
  double weight;
  Port port;

  friend auto operator<=>(const Witnessed&, const Witnessed&) = default;
};

// What the slices of one simulation saw. Must outlive it; read it between runs only.
class WitnessLog {
 public:
  struct SliceLog {
    std::vector<Witnessed> seen;
    std::vector<Window> windows;
    unsigned broken_promises = 0;
    std::thread::id thread;  // that delivered last
  };

  SliceLog* add() {
    const std::lock_guard lock(mutex_);
    slices_.push_back(std::make_unique<SliceLog>());
    return slices_.back().get();
  }
  // Of all slices, sorted by time and neuron; what one neuron saw at one instant stays in the order in which it came.
  std::vector<Witnessed> seen() const {
    std::vector<Witnessed> all;
    for (const auto& slice : slices_) all.insert(all.end(), slice->seen.begin(), slice->seen.end());
    std::stable_sort(all.begin(), all.end(), [](const Witnessed& a, const Witnessed& b) {
      return std::tie(a.at, a.population, a.neuron) < std::tie(b.at, b.population, b.neuron);
    });
    return all;
  }
  const std::vector<std::unique_ptr<SliceLog>>& slices() const { return slices_; }
  unsigned broken_promises() const {
    unsigned all = 0;
    for (const auto& slice : slices_) all += slice->broken_promises;
    return all;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<SliceLog>> slices_;
};

class WitnessSlice final : public Slice {
 public:
  WitnessSlice(const SliceRequest& request, WitnessLog::SliceLog* log)
      : population_(request.population), first_(request.first), log_(log), received_(request.count) {}

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    log_->windows.push_back(window);
    if (!due.empty()) log_->thread = std::this_thread::get_id();
    log_->broken_promises += window.begin < reached_ || window.end < window.begin;
    log_->broken_promises += !std::is_sorted(due.begin(), due.end());
    reached_ = window.end;
    std::vector<double> sum(received_.size());
    for (std::size_t k = 0; k < due.size();) {
      const Time at = due[k].at;
      log_->broken_promises += at < window.begin || at >= window.end;
      std::fill(sum.begin(), sum.end(), 0.0);
      for (; k < due.size() && due[k].at == at; ++k) take(due[k], groups[due[k].group], sum);
      for (std::uint32_t i = 0; i < sum.size(); ++i) {
        if (sum[i] > 1) fired.push_back({at, population_, first_ + i});
      }
    }
  }
  Time next_event() const override { return kNever; }
  void sample(std::uint32_t, Time, std::span<const std::uint32_t> neurons, std::span<double> out) const override {
    for (std::size_t k = 0; k < neurons.size(); ++k) out[k] = received_[neurons[k]];
  }
  SliceCounters counters() const override { return {}; }

 private:
  void take(const Arrival& arrival, const SynapseGroup& group, std::vector<double>& sum) {
    const Row row = group.row(arrival.begin, arrival.end);
    for (std::size_t s = 0; s < row.target.size(); ++s) {
      const std::uint16_t i = row.target[s];
      const double weight = row.weight.empty() ? row.uniform_weight : static_cast<double>(row.weight[s]);
      sum[i] += weight;
      received_[i] += weight;
      log_->seen.push_back({arrival.at, population_, first_ + i, arrival.source, arrival.neuron, weight, row.port});
    }
  }

  PopulationId population_;
  std::uint32_t first_;
  WitnessLog::SliceLog* log_;
  std::vector<double> received_;
  Time reached_ = kStart;
};

// Model `witness`. Ports `in`, `other`; variable `received`: the sum of all weights so far. Parameters for tests of
// validation: `gain` (0 < gain <= 10), `bias` (>= 0), `quota` (not given by default); option `colour`. A slice whose
// neuron has bias 13 is refused.
class WitnessModel final : public ModelType {
 public:
  explicit WitnessModel(WitnessLog& log) : log_(log) {
    info_.name = "witness";
    info_.kind = ModelKind::kEventDriven;
    info_.ports = {{"in", "mV"}, {"other", "nS"}};
    info_.variables = {{"received", "mV"}};
    info_.parameters = {{"gain", "mV", 1, "", 0.0, {}, 10.0},
                        {"bias", "", 0, "", {}, 0.0},
                        {"quota", "", std::numeric_limits<double>::quiet_NaN(), "", {}, 0.0}};
    info_.options = {{"colour", {"red", "green"}, ""}};
  }

  const ModelInfo& info() const override { return info_; }
  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const override {
    for (std::uint32_t i = 0; i < request.count; ++i) {
      if (request.parameters.at("bias", i) == 13) {
        return absl::InvalidArgumentError("population " + request.spec->name + ": bias 13 brings bad luck");
      }
    }
    return std::make_unique<WitnessSlice>(request, log_.add());
  }

 private:
  WitnessLog& log_;
  ModelInfo info_;
};

inline ModelCatalog witness_catalog(WitnessLog& log) {
  ModelCatalog catalog;
  catalog.add(std::make_unique<WitnessModel>(log));
  return catalog;
}

}  // namespace volley::test
