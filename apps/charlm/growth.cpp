#include "apps/charlm/growth.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "apps/charlm/fair_protocol.h"
#include "apps/volley/cpu_time.h"
#include "engine/elementary.h"
#include "engine/simulation.h"
#include "models/catalog.h"

namespace volley::charlm {
namespace {

// Hands on, for every character, the conjunctions that fired with it.
class CharacterCut final : public Observer {
 public:
  using Visitor = std::function<void(std::size_t index, std::span<const std::uint32_t> fired)>;
  explicit CharacterCut(Visitor visit) : visit_(std::move(visit)) {}

  absl::Status on_window(const WindowReport& report) override {
    for (const Spike& spike : report.spikes) {
      if (spike.at != now_) finish();
      now_ = spike.at;
      if (index_of(spike.population) == 0) fired_.push_back(spike.neuron);
    }
    return absl::OkStatus();
  }
  void finish() {
    if (now_ != kStart) visit_(index_++, fired_);
    fired_.clear();
  }

 private:
  Visitor visit_;
  std::size_t index_ = 0;
  Time now_ = kStart;
  std::vector<std::uint32_t> fired_;
};

struct Pass {
  std::uint64_t spikes = 0, synaptic_events = 0;
};

absl::StatusOr<Pass> run_over(const Conjunctions& network, std::span<const Symbol> symbols, unsigned threads,
                              CharacterCut::Visitor visit) {
  Options options;
  options.threads = threads;
  absl::StatusOr<Simulation> simulation = build(network.network(symbols), standard_models(), options);
  if (!simulation.ok()) return simulation.status();
  CharacterCut cut(std::move(visit));
  simulation->add_observer(cut);
  const auto length = static_cast<std::int64_t>(symbols.size() + 1) * kCharacterTime;
  if (absl::Status s = simulation->run(length); !s.ok()) return s;
  cut.finish();
  const SliceCounters counts = simulation->counters()[0].counts;
  return Pass{counts.spikes, counts.synaptic_events};
}

// One layer on both stacks: what was met `seen` times and has no neuron yet.
absl::StatusOr<std::vector<Conjunction>> next_layer(const Conjunctions& network, std::span<const Symbol> train,
                                                    const GrowthPlan& plan, std::size_t depth) {
  struct Trace {
    std::uint32_t met = 0;
    std::size_t first = 0;  // when: neurons are born in the order in which their pairs were met
  };
  absl::flat_hash_map<std::uint64_t, Trace> traces;
  const auto meet = [&](std::uint64_t parent, bool word, Symbol symbol, std::size_t index) {
    Trace& trace = traces[parent << 9 | (word ? 256u : 0u) | symbol];
    if (trace.met++ == 0) trace.first = index;
  };
  std::vector<std::uint32_t> before;
  const auto visit = [&](std::size_t index, std::span<const std::uint32_t> fired) {
    const Symbol symbol = train[index];
    if (index > 0 && depth == 2 && plan.order >= 2) meet(train[index - 1], false, symbol, index);
    for (const std::uint32_t parent : before) {
      const Conjunction& c = network.neurons()[parent];
      if (!c.word && c.depth + 1u == depth && depth <= plan.order) meet(parent, false, symbol, index);
      // The root has depth 0 and stands for the layer below the first letters, which are grown with the pairs.
      if (c.word && c.depth + 2u == depth && depth <= plan.words + 1 && network.letter(symbol)) {
        meet(parent, true, symbol, index);
      }
    }
    before.assign(fired.begin(), fired.end());
  };
  const absl::StatusOr<Pass> pass = run_over(network, train, plan.threads, visit);
  if (!pass.ok()) return pass.status();
  std::vector<std::pair<std::size_t, std::uint64_t>> born;
  for (const auto& [pair, trace] : traces) {
    if (trace.met >= plan.seen) born.emplace_back(trace.first, pair);
  }
  std::sort(born.begin(), born.end());
  std::vector<Conjunction> layer;
  for (const auto& [first, pair] : born) {
    const bool word = (pair & 256u) != 0;
    layer.push_back({static_cast<std::uint32_t>(pair >> 9), static_cast<Symbol>(pair & 255u),
                     static_cast<std::uint8_t>(word ? depth - 1 : depth), word});
  }
  return layer;
}

constexpr Conjunction kWordRoot = {0, 0, 0, true};

absl::Status check(const GrowthPlan& plan) {
  const auto refuse = [](const char* what, std::uint64_t value, std::uint64_t low, std::uint64_t high) {
    return absl::InvalidArgumentError(
        absl::StrFormat("grow: %s %d, must be %d to %d; set `--%s`", what, value, low, high, what));
  };
  if (plan.order < 1 || plan.order > 16) return refuse("order", plan.order, 1, 16);
  if (plan.words > 16) return refuse("words", plan.words, 0, 16);
  if (plan.seen < 1 || plan.seen > 1'000'000) return refuse("seen", plan.seen, 1, 1'000'000);
  if (plan.epochs < 1 || plan.epochs > 100) return refuse("epochs", plan.epochs, 1, 100);
  if (plan.threads < 1 || plan.threads > 256) return refuse("threads", plan.threads, 1, 256);
  if (!(plan.rate > 0 && plan.rate <= 100)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("grow: rate %g, must be above 0 and at most 100; set `--rate`", plan.rate));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<GrowthResult> grow_and_train(const Text& text, const GrowthPlan& plan, const GrowthProgress& progress) {
  if (absl::Status s = check(plan); !s.ok()) return s;
  const double started = app::process_cpu_seconds();
  const std::span<const Symbol> symbols = text.symbols;
  const std::size_t split = split_of(symbols.size());
  GrowthResult result;
  GrownModel& model = result.model;
  model.alphabet = text.alphabet;
  model.network = Conjunctions(text.alphabet, plan.words > 0 ? std::vector{kWordRoot} : std::vector<Conjunction>{});
  for (std::size_t depth = 2; depth <= std::max(plan.order, plan.words + 1); ++depth) {
    const double began = app::process_cpu_seconds();
    const auto layer = next_layer(model.network, symbols.first(split), plan, depth);
    if (!layer.ok()) return layer.status();
    model.network.add(*layer);
    result.rounds.push_back({layer->size(), model.network.neurons().size(), app::process_cpu_seconds() - began});
    progress(
        absl::StrFormat("layer %d: %d neurons grown, %d in all", depth, layer->size(), model.network.neurons().size()));
  }

  model.readout = SparseReadout(model.rows(), text.vocabulary());
  const double all = static_cast<double>(split - 1) * plan.epochs;
  for (unsigned epoch = 0; epoch < plan.epochs; ++epoch) {
    double train_loss = 0, test_loss = 0, right = 0;
    std::vector<std::uint32_t> rows;
    const auto visit = [&](std::size_t index, std::span<const std::uint32_t> fired) {
      if (index + 1 == symbols.size()) return;
      model.rows_of(fired, symbols[index], rows);
      const Symbol next = symbols[index + 1];
      const std::span<const double> p = model.readout.predict(rows);
      const double loss = -log_portable(p[next] + 1e-300);
      if (index + 1 < split) {
        train_loss += loss;
        const double done = static_cast<double>(epoch) * static_cast<double>(split - 1) + static_cast<double>(index);
        model.readout.learn(rows, next, plan.rate * (1 - 0.9 * done / all));
      } else {
        test_loss += loss;
        right += std::max_element(p.begin(), p.end()) - p.begin() == next ? 1 : 0;
      }
    };
    const absl::StatusOr<Pass> pass = run_over(model.network, symbols, plan.threads, visit);
    if (!pass.ok()) return pass.status();
    const auto tested = static_cast<double>(symbols.size() - split);
    result.perplexities.push_back(exp_portable(test_loss / tested));
    result.training_perplexity = exp_portable(train_loss / static_cast<double>(split - 1));
    result.accuracy = right / tested;
    const auto read = static_cast<double>(symbols.size());
    result.spikes = static_cast<double>(pass->spikes) / read;
    result.synaptic_events = static_cast<double>(pass->synaptic_events) / read;
    progress(absl::StrFormat("epoch %d: test perplexity %.3f", epoch + 1, result.perplexities.back()));
  }
  result.readout_operations = (result.spikes + 2) * static_cast<double>(text.vocabulary());
  result.seconds = app::process_cpu_seconds() - started;
  return result;
}

}  // namespace volley::charlm
