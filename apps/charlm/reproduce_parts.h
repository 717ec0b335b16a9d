// The experiments one by one; reproduce.h explains them.
#pragma once

#include "apps/charlm/reproduce.h"
#include "apps/charlm/trial.h"

namespace volley::charlm {

absl::StatusOr<Experiment> reproduce_ablation(const Subject& subject);
absl::StatusOr<Experiment> reproduce_sparse(const Subject& subject);
absl::StatusOr<Experiment> reproduce_comparison(const Subject& subject);
absl::StatusOr<Experiment> reproduce_lengths(const Subject& subject);
absl::StatusOr<Experiment> reproduce_pruning(const Subject& subject);
absl::StatusOr<Experiment> reproduce_quantisation(const Subject& subject);
absl::StatusOr<Experiment> reproduce_ternary(const Subject& subject);
absl::StatusOr<Experiment> reproduce_noise(const Subject& subject);

inline constexpr std::uint32_t kPublishedSeed = 42;
inline constexpr std::uint32_t kPublishedNeurons = 200;

// A trial on the source's text for an experiment, `source_text()`, or on the user's.
absl::StatusOr<Trial> trial_of(const Subject& subject, std::string (*source_text)(), const TrialPlan& plan);

// Operations per window as the source counts them: L characters, K ticks, H neurons, V symbols, S spikes.
struct PublishedCounts {
  double length, ticks, neurons, symbols;

  double snn_sparse(double spikes) const { return length * neurons + spikes * neurons + 2 * neurons * symbols; }
  double snn_dense() const { return length * (symbols * neurons + ticks * neurons * neurons) + 2 * neurons * symbols; }
  double snn_compared(double spikes) const { return length * ticks * neurons + spikes * neurons; }
  double dnn() const { return length * (symbols * neurons + neurons * neurons) + neurons * symbols; }
  double lstm() const { return 4 * length * (symbols + neurons) * neurons + neurons * symbols; }

  // What both kinds really do, one multiply-accumulate or one update each: inputs are looked up; a spike reaches its
  // true synapses; every neuron is updated in every tick.
  double snn_true(double synaptic_events) const {
    return length * neurons + synaptic_events + length * ticks * neurons + 2 * neurons * symbols;
  }
  double dnn_true() const { return length * neurons * neurons + neurons * symbols; }
};

}  // namespace volley::charlm
