// Longer windows, fewer neurons, fewer bits, ternary weights, disturbed inputs.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "apps/charlm/numpy_random.h"
#include "apps/charlm/published_texts.h"
#include "apps/charlm/reproduce_parts.h"
#include "engine/elementary.h"

namespace volley::charlm {
namespace {

constexpr TrialPlan kRobustness{20, 10, 5, 200};

struct Dnn {
  std::unique_ptr<DenseModel> model;
  std::vector<double> readout;
};

Dnn published_dnn(std::size_t vocabulary) {
  NumpyRandom random(kPublishedSeed);
  Dnn dnn;
  dnn.model = make_dnn(random, vocabulary, kPublishedNeurons);
  dnn.readout = random.normals(kPublishedNeurons * vocabulary, 0.1);
  return dnn;
}

// Silences neurons: they get no input, send nothing and read as 0.
void silence(const std::vector<bool>& kept, std::size_t neurons, std::vector<double>& input,
             std::vector<double>& recurrent) {
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = kept[i % neurons] ? input[i] : 0;
  for (std::size_t i = 0; i < recurrent.size(); ++i) {
    recurrent[i] = kept[i % neurons] && kept[i / neurons] ? recurrent[i] : 0;
  }
}

// Symmetric, per tensor: 2^(bits-1) - 1 levels on either side of 0, the largest weight on the last one.
void quantise(std::vector<double>& weights, int bits) {
  double most = 0;
  for (const double w : weights) most = std::max(most, std::fabs(w));
  const double scale = (std::pow(2.0, bits - 1) - 1) / (most + 1e-10);
  for (double& w : weights) w = std::nearbyint(w * scale) / scale;
}

void make_ternary(std::vector<double>& weights) {
  double alpha = 0;
  for (const double w : weights) alpha += std::fabs(w);
  alpha /= static_cast<double>(weights.size());
  for (double& w : weights) w = std::fabs(w) > alpha / 2 ? std::copysign(alpha, w) : 0;
}

}  // namespace

absl::StatusOr<Experiment> reproduce_lengths(const Subject& subject) {
  Experiment result;
  result.title = "longer windows (efficiency: DNN operations / SNN operations)";
  struct Row {
    std::size_t length;
    double perplexity, efficiency;
  };
  for (const Row& row : {Row{10, 14.88, 1.48}, {20, 15.36, 1.50}, {40, 22.75, 1.52}, {80, 32.41, 1.52}}) {
    absl::StatusOr<Trial> trial = trial_of(subject, scaling_text, {row.length, 10, 3, 200});
    if (!trial.ok()) return trial.status();
    const std::uint32_t v = trial->vocabulary();
    const ModelA model = draw_model_a(v, kPublishedNeurons, Readings::kHybrid, kPublishedSeed);
    const absl::StatusOr<TrialStates> states = trial->read(model.reservoir());
    if (!states.ok()) return states.status();
    const TrialFeatures features = states->features(Readings::kHybrid);
    const TunedScore tuned = trial->tuned(features, model.readout);
    const auto windows = static_cast<double>(trial->tested().size());
    const PublishedCounts count{static_cast<double>(row.length), 10, kPublishedNeurons, static_cast<double>(v)};
    const Activity& activity = states->test.activity;
    result.figures.push_back({absl::StrFormat("perplexity, %d characters", row.length), row.perplexity,
                              trial->score(features, model.readout).perplexity, tuned.score.perplexity, 2,
                              absl::StrFormat("learning rate tuned: %g", tuned.rate)});
    result.figures.push_back(
        {absl::StrFormat("efficiency, %d characters", row.length), row.efficiency,
         count.dnn() / count.snn_sparse(static_cast<double>(activity.spikes) / windows),
         count.dnn_true() / count.snn_true(static_cast<double>(activity.synaptic_events) / windows), 2,
         "true fan-out, updates counted, input looked up on both sides"});
  }
  result.notes.push_back(
      "the source counts a one-hot input as H operations for the SNN and as V H for the DNN, and a spike as H");
  return result;
}

absl::StatusOr<Experiment> reproduce_pruning(const Subject& subject) {
  absl::StatusOr<Trial> trial = trial_of(subject, robustness_text, kRobustness);
  if (!trial.ok()) return trial.status();
  Experiment result;
  result.title = "random neurons kept, the rest silenced, readout not retrained (test perplexity)";
  const std::uint32_t v = trial->vocabulary(), h = kPublishedNeurons;
  const ModelA full = draw_model_a(v, h, Readings::kHybrid, kPublishedSeed);
  const absl::StatusOr<TrialStates> whole = trial->read(full.reservoir());
  if (!whole.ok()) return whole.status();
  const std::vector<double> readout = trial->trained(whole->features(Readings::kHybrid).train, full.readout);
  const Dnn whole_dnn = published_dnn(v);
  const std::vector<double> dnn_readout = trial->trained(trial->read(*whole_dnn.model).train, whole_dnn.readout);

  struct Row {
    int percent;
    double snn;
    std::optional<double> dnn;
  };
  for (const Row& row :
       {Row{100, 8.58, 15.00}, {80, 8.54, {}}, {60, 9.64, {}}, {40, 11.95, 21.99}, {20, 16.79, 23.83}}) {
    const std::vector<std::uint32_t> order = NumpyRandom(kPublishedSeed).permutation(h);
    std::vector<bool> kept(h, false);
    for (std::size_t i = 0; i < h * static_cast<std::size_t>(row.percent) / 100; ++i) kept[order[i]] = true;
    ModelA pruned = full;
    silence(kept, h, pruned.input, pruned.recurrent);
    const absl::StatusOr<TrialStates> states = trial->read(pruned.reservoir());
    if (!states.ok()) return states.status();
    const TrialFeatures features = states->features(Readings::kHybrid);
    result.figures.push_back(
        {absl::StrFormat("SNN, %d %% kept", row.percent), row.snn, trial->test(features.test, readout).perplexity,
         trial->tuned(features, full.readout).score.perplexity, 2, "readout trained on what is left, rate tuned"});
    Dnn dnn = published_dnn(v);
    silence(kept, h, dnn.model->input(), dnn.model->recurrent());
    const TrialFeatures dense = trial->read(*dnn.model);
    result.figures.push_back(
        {absl::StrFormat("DNN, %d %% kept", row.percent), row.dnn, trial->test(dense.test, dnn_readout).perplexity,
         trial->tuned(dense, dnn.readout).score.perplexity, 2, "readout trained on what is left, rate tuned"});
  }
  result.figures.push_back(
      {"% of test windows seen", {}, {}, 100 * trial->share_before(), 1, "occur among the windows before them"});
  return result;
}

absl::StatusOr<Experiment> reproduce_quantisation(const Subject& subject) {
  absl::StatusOr<Trial> trial = trial_of(subject, robustness_text, kRobustness);
  if (!trial.ok()) return trial.status();
  Experiment result;
  result.title = "weights rounded after training (test perplexity)";
  const std::uint32_t v = trial->vocabulary();
  const ModelA full = draw_model_a(v, kPublishedNeurons, Readings::kHybrid, kPublishedSeed);
  const absl::StatusOr<TrialStates> whole = trial->read(full.reservoir());
  if (!whole.ok()) return whole.status();
  const std::vector<double> readout = trial->trained(whole->features(Readings::kHybrid).train, full.readout);
  result.figures.push_back(
      {"not rounded", 8.58, trial->test(whole->features(Readings::kHybrid).test, readout).perplexity,
       trial->tuned(whole->features(Readings::kHybrid), full.readout).score.perplexity, 2, "learning rate tuned"});
  struct Row {
    int bits;
    double published;
  };
  for (const Row& row : {Row{8, 8.63}, {4, 9.14}, {2, 20.33}}) {
    ModelA rounded = full;
    quantise(rounded.input, row.bits);
    quantise(rounded.recurrent, row.bits);
    std::vector<double> rounded_readout = readout;
    quantise(rounded_readout, row.bits);
    const absl::StatusOr<TrialStates> states = trial->read(rounded.reservoir());
    if (!states.ok()) return states.status();
    const TrialFeatures features = states->features(Readings::kHybrid);
    result.figures.push_back({absl::StrFormat("%d bits", row.bits), row.published,
                              trial->test(features.test, rounded_readout).perplexity,
                              trial->tuned(features, full.readout).score.perplexity, 2,
                              "only the reservoir rounded, readout trained on it, rate tuned"});
  }
  return result;
}

absl::StatusOr<Experiment> reproduce_ternary(const Subject& subject) {
  absl::StatusOr<Trial> trial = trial_of(subject, ternary_text, {20, 2, 12, TrialPlan{}.most});
  if (!trial.ok()) return trial.status();
  Experiment result;
  result.title = "ternary reservoir, mean of 8 seeds (test perplexity)";
  struct Row {
    const char* name;
    std::uint32_t neurons;
    bool ternary;
    std::optional<double> published;
  };
  for (const Row& row : {Row{"500 neurons, ternary R", 500, true, 2.69},
                         {"200 neurons, real R", 200, false, 3.29},
                         {"500 neurons, real R", 500, false, {}},
                         {"200 neurons, ternary R", 200, true, {}}}) {
    double loss = 0;
    for (std::uint32_t seed = 42; seed < 50; ++seed) {
      ModelA model = draw_model_a(trial->vocabulary(), row.neurons, Readings::kHybrid, seed, MaskDrawn::kAfterReadout);
      if (row.ternary) make_ternary(model.recurrent);
      const absl::StatusOr<TrialStates> states = trial->read(model.reservoir());
      if (!states.ok()) return states.status();
      loss += log_portable(trial->score(states->features(Readings::kHybrid), model.readout).perplexity);
    }
    ComparedFigure figure{row.name, row.published, {}, {}, 2, ""};
    (row.published ? figure.ours : figure.control) = exp_portable(loss / 8);
    if (!row.published) figure.control_is = "the published comparison changes size and weights at once";
    result.figures.push_back(figure);
  }
  result.figures.push_back({"3-gram, add one", {}, {}, trial->ngram(3), 2, "n-gram on the same test windows"});
  result.figures.push_back({"% of test windows trained on",
                            {},
                            {},
                            100 * trial->share_trained_on(),
                            1,
                            "the same 20 characters and target were trained on"});
  return result;
}

absl::StatusOr<Experiment> reproduce_noise(const Subject& subject) {
  absl::StatusOr<Trial> trial = trial_of(subject, robustness_text, kRobustness);
  if (!trial.ok()) return trial.status();
  Experiment result;
  result.title = "normal noise on the one-hot input, one draw per window (test perplexity)";
  const std::uint32_t v = trial->vocabulary(), h = kPublishedNeurons;
  const ModelA model = draw_model_a(v, h, Readings::kHybrid, kPublishedSeed);
  const absl::StatusOr<TrialStates> clean = trial->read(model.reservoir());
  if (!clean.ok()) return clean.status();
  const TrialFeatures features = clean->features(Readings::kHybrid);
  const std::vector<double> readout = trial->trained(features.train, model.readout);
  const double best_rate = trial->tuned(features, model.readout).rate;
  const std::vector<double> tuned_readout = trial->trained(features.train, model.readout, best_rate);
  const Dnn dnn = published_dnn(v);
  const TrialFeatures dnn_features = trial->read(*dnn.model);
  const std::vector<double> dnn_readout = trial->trained(dnn_features.train, dnn.readout);
  const double dnn_rate = trial->tuned(dnn_features, dnn.readout).rate;
  const std::vector<double> dnn_tuned = trial->trained(dnn_features.train, dnn.readout, dnn_rate);

  struct Row {
    double strength, snn, dnn;
  };
  for (const Row& row : {Row{0.0, 8.58, 15.00}, {0.5, 35.22, 20.19}, {1.0, 53.51, 31.52}}) {
    // Every character of every window gets a drive row of its own: its symbol's plus the window's noise.
    Reservoir disturbed = model.reservoir();
    disturbed.drive.clear();
    std::vector<std::uint32_t> rows;
    Features dense;
    dense.columns = h;
    for (std::size_t w = 0; w < trial->tested().size(); ++w) {
      const std::vector<double> noise = NumpyRandom(static_cast<std::uint32_t>(w)).normals(v, row.strength);
      std::vector<double> offset(h, 0.0), dense_offset(h, 0.0);
      for (std::size_t s = 0; s < v && row.strength > 0; ++s) {
        for (std::size_t i = 0; i < h; ++i) {
          offset[i] += noise[s] * model.input[s * h + i];
          dense_offset[i] += noise[s] * dnn.model->input()[s * h + i];
        }
      }
      dnn.model->reset();
      std::vector<double> input(h);
      for (std::size_t i = 0; i < trial->windows().length; ++i) {
        const Symbol symbol = trial->text().symbols[trial->windows().start[trial->tested()[w]] + i];
        rows.push_back(static_cast<std::uint32_t>(rows.size()));
        for (std::size_t n = 0; n < h; ++n) {
          disturbed.drive.push_back(model.input[std::size_t{symbol} * h + n] + offset[n]);
          input[n] = dnn.model->input()[std::size_t{symbol} * h + n] + dense_offset[n];
        }
        dnn.model->read(input);
      }
      dense.value.insert(dense.value.end(), dnn.model->state().begin(), dnn.model->state().end());
    }
    const absl::StatusOr<WindowStates> states = read_windows(disturbed, rows, trial->windows().length);
    if (!states.ok()) return states.status();
    const Features noisy = features_of(*states, Readings::kHybrid);
    result.figures.push_back({absl::StrFormat("SNN, noise %.1f", row.strength), row.snn,
                              trial->test(noisy, readout).perplexity, trial->test(noisy, tuned_readout).perplexity, 2,
                              absl::StrFormat("learning rate tuned: %g", best_rate)});
    result.figures.push_back({absl::StrFormat("DNN, noise %.1f", row.strength), row.dnn,
                              trial->test(dense, dnn_readout).perplexity, trial->test(dense, dnn_tuned).perplexity, 2,
                              absl::StrFormat("learning rate tuned: %g", dnn_rate)});
  }
  return result;
}

}  // namespace volley::charlm
