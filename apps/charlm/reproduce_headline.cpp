// Ablation, sparse computation, and the comparison with conventional networks: the headline figures.
#include "absl/strings/str_format.h"
#include "apps/charlm/published_texts.h"
#include "apps/charlm/reproduce_parts.h"

namespace volley::charlm {
namespace {

struct Named {
  Readings readings;
  const char* name;
  double published;
};

std::string at_rate(const TunedScore& tuned) { return absl::StrFormat("learning rate tuned: %g", tuned.rate); }

}  // namespace

absl::StatusOr<Experiment> reproduce_ablation(const Subject& subject) {
  absl::StatusOr<Trial> trial = Trial::make(subject.text, {}, subject.origin);
  if (!trial.ok()) return trial.status();
  Experiment result;
  result.title = "spike counts, potentials, or both (test perplexity)";
  const ModelA hybrid = draw_model_a(trial->vocabulary(), kPublishedNeurons, Readings::kHybrid, kPublishedSeed);
  const absl::StatusOr<TrialStates> states = trial->read(hybrid.reservoir());
  if (!states.ok()) return states.status();

  const Activity& activity = states->test.activity;
  result.figures.push_back({"spikes in the test windows",
                            2242025,
                            static_cast<double>(activity.spikes),
                            {},
                            0,
                            subject.is_source ? "" : "not comparable: another text"});
  result.figures.push_back({"synaptic events, true fan-out", 44959300, static_cast<double>(activity.synaptic_events),
                            static_cast<double>(activity.spikes) * kPublishedNeurons, 0,
                            "the source charges every spike 200 targets"});
  result.figures.push_back(
      {"spikes in the first test window", 3084, static_cast<double>(states->test.spikes_of_first), {}, 0, ""});
  const double firing = static_cast<double>(activity.spikes) / static_cast<double>(activity.neuron_updates);
  result.figures.push_back({"% of neurons firing per tick", 7.6, 100 * firing, {}, 1, ""});

  for (const Named& n : {Named{Readings::kSpikes, "spikes alone", 16.42},
                         {Readings::kMembrane, "membrane alone", 9.84},
                         {Readings::kHybrid, "hybrid", 9.90}}) {
    const ModelA model = draw_model_a(trial->vocabulary(), kPublishedNeurons, n.readings, kPublishedSeed);
    const TrialFeatures features = states->features(n.readings);
    const TunedScore tuned = trial->tuned(features, model.readout);
    result.figures.push_back({n.name, n.published, trial->score(features, model.readout).perplexity,
                              tuned.score.perplexity, 2, at_rate(tuned)});
  }
  for (const Named& n : {Named{Readings::kSpikes, "spikes of the last character", 0},
                         {Readings::kHybrid, "hybrid, last character", 0}}) {
    const ModelA model = draw_model_a(trial->vocabulary(), kPublishedNeurons, n.readings, kPublishedSeed);
    const TrialFeatures features = states->features(n.readings, true);
    const TunedScore tuned = trial->tuned(features, model.readout);
    result.figures.push_back({n.name,
                              {},
                              trial->score(features, model.readout).perplexity,
                              tuned.score.perplexity,
                              2,
                              "counts of the last character only, rate tuned"});
  }
  ModelA apart = hybrid;
  std::fill(apart.recurrent.begin(), apart.recurrent.end(), 0.0);
  const absl::StatusOr<TrialStates> unconnected = trial->read(apart.reservoir());
  if (!unconnected.ok()) return unconnected.status();
  const TrialFeatures features = unconnected->features(Readings::kHybrid);
  result.figures.push_back({"hybrid, no recurrence (R = 0)",
                            {},
                            trial->score(features, hybrid.readout).perplexity,
                            trial->tuned(features, hybrid.readout).score.perplexity,
                            2,
                            "no recurrence, rate tuned"});
  for (const std::size_t order : {1, 2, 3}) {
    result.figures.push_back({absl::StrFormat("%d-gram, add one", order),
                              {},
                              {},
                              trial->ngram(order),
                              2,
                              "n-gram on the same test windows"});
  }
  result.figures.push_back({"% of test windows trained on",
                            {},
                            {},
                            100 * trial->share_trained_on(),
                            1,
                            "the same 20 characters and target were trained on"});
  return result;
}

absl::StatusOr<Experiment> reproduce_sparse(const Subject& subject) {
  absl::StatusOr<Trial> trial = trial_of(subject, sparse_text, {});
  if (!trial.ok()) return trial.status();
  Experiment result;
  result.title = "sparse computation (15 lines of text)";
  const std::uint32_t h = kPublishedNeurons;
  const ModelA model = draw_model_a(trial->vocabulary(), h, Readings::kHybrid, kPublishedSeed);
  const absl::StatusOr<TrialStates> states = trial->read(model.reservoir());
  if (!states.ok()) return states.status();
  const TrialFeatures features = states->features(Readings::kHybrid);
  const TunedScore tuned = trial->tuned(features, model.readout);
  NumpyRandom random(kPublishedSeed);
  const std::unique_ptr<DenseModel> dnn = make_dnn(random, trial->vocabulary(), h);
  const std::vector<double> dnn_readout = random.normals(std::size_t{h} * trial->vocabulary(), 0.1);
  const TrialFeatures dnn_features = trial->read(*dnn);
  const TunedScore dnn_tuned = trial->tuned(dnn_features, dnn_readout);

  const PublishedCounts count{20, 10, h, static_cast<double>(trial->vocabulary())};
  const Activity& activity = states->test.activity;
  const auto windows = static_cast<double>(trial->tested().size());
  const double spikes = static_cast<double>(activity.spikes) / windows;
  const double events = static_cast<double>(activity.synaptic_events) / windows;
  const double mega = windows * 1e-6;
  const double sparse = count.snn_sparse(spikes) * mega, dense = count.dnn() * mega;
  const double true_snn = count.snn_true(events) * mega, true_dnn = count.dnn_true() * mega;
  result.figures = {
      {"SNN perplexity", 14.51, trial->score(features, model.readout).perplexity, tuned.score.perplexity, 2,
       at_rate(tuned)},
      {"DNN perplexity", 15.14, trial->score(dnn_features, dnn_readout).perplexity, dnn_tuned.score.perplexity, 2,
       at_rate(dnn_tuned)},
      {"% of neurons firing per tick",
       7.6,
       100 * static_cast<double>(activity.spikes) / static_cast<double>(activity.neuron_updates),
       {},
       1,
       ""},
      {"SNN operations, dense (M)", 3213.3, count.snn_dense() * mega, {}, 1, ""},
      {"SNN operations, sparse (M)", 245.5, sparse, true_snn, 1, "true fan-out, and neuron updates counted"},
      {"DNN operations (M)", 360.0, dense, true_dnn, 1, "input looked up, as it is for the SNN"},
      {"SNN energy (uJ)", 122.7, sparse * 0.5, true_snn * 0.5, 1, "0.5 pJ for each of the control's operations"},
      {"DNN energy (uJ)", 1800.2, dense * 5, true_dnn * 5, 1, "5 pJ for each of the control's operations"},
      {"times less energy", 14.7, dense * 5 / (sparse * 0.5), true_dnn / true_snn, 1,
       "the ratio at one price for both"},
  };
  result.notes.push_back("0.5 and 5 pJ are the source's assumptions; nobody measured them for this network");
  return result;
}

absl::StatusOr<Experiment> reproduce_comparison(const Subject& subject) {
  absl::StatusOr<Trial> trial = Trial::make(subject.text, {}, subject.origin);
  if (!trial.ok()) return trial.status();
  Experiment result;
  result.title = "SNN, DNN and LSTM of 200 neurons";
  const std::uint32_t h = kPublishedNeurons, v = trial->vocabulary();
  const PublishedCounts count{20, 10, h, static_cast<double>(v)};
  const auto windows = static_cast<double>(trial->tested().size());
  const double mega = windows * 1e-6;

  const ModelA model = draw_model_a(v, h, Readings::kHybrid, kPublishedSeed);
  const absl::StatusOr<TrialStates> states = trial->read(model.reservoir());
  if (!states.ok()) return states.status();
  const double spikes = static_cast<double>(states->test.activity.spikes) / windows;
  const double events = static_cast<double>(states->test.activity.synaptic_events) / windows;
  const auto add = [&](const char* name, double published, const TrialFeatures& features,
                       const std::vector<double>& readout, double published_operations, double operations,
                       double true_operations) {
    const TunedScore tuned = trial->tuned(features, readout);
    result.figures.push_back({absl::StrFormat("%s perplexity", name), published,
                              trial->score(features, readout).perplexity, tuned.score.perplexity, 2, at_rate(tuned)});
    result.figures.push_back({absl::StrFormat("%s operations (M)", name), published_operations, operations * mega,
                              true_operations * mega, 1, "true fan-out, updates, inputs looked up, readout"});
  };
  add("SNN", 9.90, states->features(Readings::kHybrid), model.readout, 478.0, count.snn_compared(spikes),
      count.snn_true(events));
  NumpyRandom dnn_random(kPublishedSeed), lstm_random(kPublishedSeed);
  const std::unique_ptr<DenseModel> dnn = make_dnn(dnn_random, v, h);
  add("DNN", 11.28, trial->read(*dnn), dnn_random.normals(std::size_t{h} * v, 0.1), 673.7, count.dnn(),
      count.dnn_true());
  const std::unique_ptr<DenseModel> lstm = make_lstm(lstm_random, v, h);
  add("LSTM", 15.67, trial->read(*lstm), lstm_random.normals(std::size_t{h} * v, 0.1), 2683.3, count.lstm(),
      4.0 * 20 * h * h + static_cast<double>(h) * v);
  for (const std::size_t order : {2, 3}) {
    result.figures.push_back({absl::StrFormat("%d-gram, add one", order),
                              {},
                              {},
                              trial->ngram(order),
                              2,
                              "n-gram on the same test windows"});
  }
  return result;
}

}  // namespace volley::charlm
