#include "apps/charlm/grown_model.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "apps/charlm/model_file.h"
#include "engine/simulation.h"
#include "models/catalog.h"

namespace volley::charlm {
namespace {

constexpr std::size_t kNeuronBytes = 4 + 1 + 1 + 1;

// The simulation runs on from where it is, one character at a time.
class GrownPredictor final : public Predictor, private Observer {
 public:
  GrownPredictor(GrownModel model, Simulation simulation)
      : model_(std::move(model)), simulation_(std::move(simulation)) {
    simulation_.add_observer(*this);
  }

  absl::StatusOr<std::span<const double>> after(Symbol read) override {
    const Time onset = kStart + ++characters_ * kCharacterTime;
    const std::pair<Time, std::uint32_t> spike{onset, read};
    if (absl::Status s = simulation_.feed("characters", {&spike, 1}); !s.ok()) return s;
    fired_.clear();
    if (absl::Status s = simulation_.run(onset + Duration{1} - simulation_.now()); !s.ok()) return s;
    model_.rows_of(fired_, read, rows_);
    return model_.readout.predict(rows_);
  }

 private:
  absl::Status on_window(const WindowReport& report) override {
    for (const Spike& spike : report.spikes) {
      if (index_of(spike.population) == 0) fired_.push_back(spike.neuron);
    }
    return absl::OkStatus();
  }

  GrownModel model_;
  Simulation simulation_;
  std::int64_t characters_ = 0;
  std::vector<std::uint32_t> fired_, rows_;
};

// Whether the neuron's parent and symbol exist and fit to it.
bool sound(const Conjunction& neuron, std::span<const Conjunction> earlier, std::size_t vocabulary) {
  if (neuron.symbol >= vocabulary) return false;
  if (neuron.depth == 0) return neuron.word;
  if (neuron.depth <= 2 && !neuron.word) return neuron.depth == 2 && neuron.parent < vocabulary;
  return neuron.parent < earlier.size() && earlier[neuron.parent].word == neuron.word &&
         earlier[neuron.parent].depth + 1 == neuron.depth;
}

}  // namespace

void GrownModel::rows_of(std::span<const std::uint32_t> fired, Symbol symbol, std::vector<std::uint32_t>& rows) const {
  const auto characters = static_cast<std::uint32_t>(network.neurons().size());
  rows.assign(fired.begin(), fired.end());
  rows.push_back(characters + symbol);
  rows.push_back(characters + static_cast<std::uint32_t>(alphabet.size()));
}

std::string file_bytes(const GrownModel& model) {
  std::string data;
  for (const Conjunction& neuron : model.network.neurons()) {
    append(data, std::span(&neuron.parent, 1));
    data.push_back(static_cast<char>(neuron.symbol));
    data.push_back(static_cast<char>(neuron.depth));
    data.push_back(neuron.word ? 1 : 0);
  }
  append(data, std::span<const float>(model.readout.weights()));
  return packed(kGrownMagic,
                absl::StrCat("alphabet ", hex(model.alphabet), "\nneurons ", model.network.neurons().size(),
                             "\norigin ", model.origin, "\n"),
                data);
}

absl::StatusOr<GrownModel> grown_model_from(std::string_view bytes, const std::string& origin) {
  const absl::StatusOr<ModelFile> file = unpacked(kGrownMagic, bytes, origin);
  if (!file.ok()) return file.status();
  const auto neurons = file->number("neurons");
  const std::optional<std::string> alphabet = file->alphabet();
  if (!neurons || !alphabet) {
    return damaged(origin, "the model's header is incomplete or wrong");
  }
  const std::size_t vocabulary = alphabet->size(), row_bytes = vocabulary * sizeof(float);
  std::string_view data = file->data();
  if (*neurons > data.size() / kNeuronBytes ||
      data.size() != *neurons * (kNeuronBytes + row_bytes) + (vocabulary + 1) * row_bytes) {
    return damaged(origin, "the network has the wrong size");
  }
  std::vector<Conjunction> grown;
  grown.reserve(*neurons);
  for (std::uint64_t n = 0; n < *neurons; ++n) {
    const std::uint32_t parent = take<std::uint32_t>(data, 1)[0];
    const std::vector<std::uint8_t> rest = take<std::uint8_t>(data, 3);
    const Conjunction neuron{parent, rest[0], rest[1], rest[2] != 0};
    if (!sound(neuron, grown, vocabulary))
      return damaged(origin, absl::StrCat("neuron ", n, " does not fit its parent"));
    grown.push_back(neuron);
  }
  const std::vector<float> weights = take<float>(data, data.size() / sizeof(float));
  if (!all_finite(weights)) return damaged(origin, "a weight is no finite number");
  return GrownModel{*alphabet, Conjunctions(*alphabet, std::move(grown)), SparseReadout(vocabulary, weights),
                    file->word("origin")};
}

absl::StatusOr<std::unique_ptr<Predictor>> make_predictor(GrownModel model) {
  absl::StatusOr<Simulation> simulation = build(model.network.network({}), standard_models());
  if (!simulation.ok()) return simulation.status();
  return std::unique_ptr<Predictor>(new GrownPredictor(std::move(model), std::move(*simulation)));
}

}  // namespace volley::charlm
