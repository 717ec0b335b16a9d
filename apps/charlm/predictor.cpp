// Models that are asked character by character: the reservoir runs on from where it is, one character at a time.
#include <algorithm>
#include <utility>

#include "apps/charlm/grown_model.h"
#include "apps/charlm/language_model.h"
#include "engine/simulation.h"
#include "models/catalog.h"

namespace volley::charlm {
namespace {

class SpikingPredictor final : public Predictor, private Observer {
 public:
  static absl::StatusOr<std::unique_ptr<Predictor>> make(LanguageModel model) {
    const Reservoir reservoir = reservoir_of(model.choice, model.vocabulary());
    absl::StatusOr<Simulation> simulation = build(reservoir_network(reservoir, {}, 0), standard_models());
    if (!simulation.ok()) return simulation.status();
    return std::unique_ptr<Predictor>(new SpikingPredictor(std::move(model), reservoir, std::move(*simulation)));
  }

  absl::StatusOr<std::span<const double>> after(Symbol read) override {
    const Time onset = kStart + (characters_ * length_ + kTick);
    const std::pair<Time, std::uint32_t> spike{onset, read};
    if (absl::Status s = simulation_.feed("characters", {&spike, 1}); !s.ok()) return s;
    ++characters_;
    const Time end = kStart + characters_ * length_ + Duration{1};
    if (absl::Status s = simulation_.run(end - simulation_.now()); !s.ok()) return s;
    return model_.readout->predict(row_);
  }

 private:
  SpikingPredictor(LanguageModel model, const Reservoir& reservoir, Simulation simulation)
      : model_(std::move(model)),
        simulation_(std::move(simulation)),
        length_(reservoir.ticks * kTick),
        counts_(reservoir.neurons),
        row_(2 * std::size_t{reservoir.neurons}) {
    simulation_.add_observer(*this);
  }

  absl::Status on_window(const WindowReport& report) override {
    std::size_t next = 0;
    for (const TraceSample& sample : report.samples) {
      for (; next < report.spikes.size() && report.spikes[next].at < sample.at; ++next) count(report.spikes[next]);
      std::copy(counts_.begin(), counts_.end(), row_.begin());
      std::copy(sample.values.begin(), sample.values.end(), row_.begin() + static_cast<std::ptrdiff_t>(counts_.size()));
      std::fill(counts_.begin(), counts_.end(), 0.0);
    }
    for (; next < report.spikes.size(); ++next) count(report.spikes[next]);
    return absl::OkStatus();
  }
  void count(const Spike& spike) {
    if (index_of(spike.population) == 0) counts_[spike.neuron] += 1;
  }

  LanguageModel model_;
  Simulation simulation_;
  Duration length_;
  std::int64_t characters_ = 0;
  std::vector<double> counts_, row_;
};

class DensePredictor final : public Predictor {
 public:
  explicit DensePredictor(LanguageModel model) : model_(std::move(model)) {
    const ModelChoice& choice = model_.choice;
    NumpyRandom random(choice.seed);
    const auto make = choice.kind == "dnn" ? make_dnn : choice.kind == "lstm" ? make_lstm : make_esn;
    network_ = make(random, model_.vocabulary(), choice.neurons);
  }
  absl::StatusOr<std::span<const double>> after(Symbol read) override {
    network_->read(read);
    return model_.readout->predict(network_->state());
  }

 private:
  LanguageModel model_;
  std::unique_ptr<DenseModel> network_;
};

class NGramPredictor final : public Predictor {
 public:
  explicit NGramPredictor(const LanguageModel& model)
      : ngram_(model.training, model.vocabulary(), model.choice.order, Smoothing::kKneserNey),
        probability_(model.vocabulary()) {}
  absl::StatusOr<std::span<const double>> after(Symbol read) override {
    past_.push_back(read);
    for (std::size_t s = 0; s < probability_.size(); ++s)
      probability_[s] = ngram_.probability(past_, static_cast<Symbol>(s));
    return probability_;
  }

 private:
  NGram ngram_;
  std::vector<Symbol> past_;
  std::vector<double> probability_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Predictor>> make_predictor(LanguageModel model) {
  if (model.choice.is_ngram()) return std::unique_ptr<Predictor>(new NGramPredictor(model));
  if (model.choice.is_spiking()) return SpikingPredictor::make(std::move(model));
  return std::unique_ptr<Predictor>(new DensePredictor(std::move(model)));
}

absl::StatusOr<OpenModel> open_model(std::string_view bytes, const std::string& origin) {
  const auto with = [&](auto model) -> absl::StatusOr<OpenModel> {
    if (!model.ok()) return model.status();
    std::string alphabet = model->alphabet;
    absl::StatusOr<std::unique_ptr<Predictor>> predictor = make_predictor(std::move(*model));
    if (!predictor.ok()) return predictor.status();
    return OpenModel{std::move(alphabet), std::move(*predictor)};
  };
  return bytes.starts_with(kGrownMagic) ? with(grown_model_from(bytes, origin)) : with(model_from(bytes, origin));
}

}  // namespace volley::charlm
