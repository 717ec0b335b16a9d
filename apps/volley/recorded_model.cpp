#include "apps/volley/recorded_model.h"

#include <algorithm>
#include <utility>

namespace volley::app {
namespace {

class RecordedSlice : public Slice {
 public:
  explicit RecordedSlice(std::vector<Spike> spikes) : spikes_(std::move(spikes)) {}

  void advance(Window window, std::span<const Arrival>, std::span<const SynapseGroup>,
               std::vector<Spike>& fired) override {
    for (; next_ < spikes_.size() && spikes_[next_].at < window.end; ++next_) {
      fired.push_back(spikes_[next_]);
      ++counters_.spikes;
    }
  }

  Time next_event() const override { return next_ < spikes_.size() ? spikes_[next_].at : kNever; }

  void sample(std::uint32_t, Time, std::span<const std::uint32_t>, std::span<double>) const override {}

  SliceCounters counters() const override { return counters_; }

 private:
  std::vector<Spike> spikes_;  // of this slice, in order of time
  std::size_t next_ = 0;
  SliceCounters counters_;
};

class RecordedModel : public ModelType {
 public:
  RecordedModel(std::string name, const ModelInfo& original, io::SpikeList spikes) : spikes_(std::move(spikes)) {
    info_.name = std::move(name);
    info_.kind = ModelKind::kEventDriven;
    info_.summary = "fires when its recording says";
    info_.ports = original.ports;
    info_.current_unit = original.current_unit;
    std::sort(spikes_.begin(), spikes_.end());
  }

  const ModelInfo& info() const override { return info_; }

  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const override {
    std::vector<Spike> own;
    for (const auto& [at, neuron] : spikes_) {
      if (neuron >= request.first && neuron - request.first < request.count) {
        own.push_back({at, request.population, neuron});
      }
    }
    return std::make_unique<RecordedSlice>(std::move(own));
  }

 private:
  ModelInfo info_;
  io::SpikeList spikes_;
};

}  // namespace

std::unique_ptr<ModelType> recorded_model(std::string name, const ModelInfo& original, io::SpikeList spikes) {
  return std::make_unique<RecordedModel>(std::move(name), original, std::move(spikes));
}

}  // namespace volley::app
