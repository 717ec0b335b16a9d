// Growing a network of conjunctions (conjunctions.h) over a text, and training its readout.
//
// Growth (structural plasticity, unsupervised): the network runs over the training part; every pair of a firing parent
// and the next character that has no neuron yet leaves a trace; once the pair was met `seen` times, it gets a neuron.
// One pass grows both stacks by one layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/grown_model.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

struct GrowthPlan {
  std::size_t order = 6;   // characters of the longest context, at least 1
  std::size_t words = 8;   // letters of the longest beginning of a word; 0: no such stack
  std::uint32_t seen = 2;  // coincidences that make a neuron
  unsigned epochs = 2;     // of the readout
  double rate = 0.5;       // falls linearly to a tenth
  unsigned threads = 1;    // of the engine; never changes results
};

struct GrowthRound {
  std::size_t grown = 0, neurons = 0;
  double seconds = 0;  // CPU time of the process
};

struct GrowthResult {
  std::vector<GrowthRound> rounds;
  std::vector<double> perplexities;  // on the test part, after each epoch
  double training_perplexity = 0;    // of the last epoch, each character before it was learned from
  double accuracy = 0;
  double spikes = 0, synaptic_events = 0, readout_operations = 0;  // per character, the last epoch
  double seconds = 0;                                              // CPU time of the process, all of it
  GrownModel model;
};

using GrowthProgress = std::function<void(const std::string&)>;

// Grows, trains and tests; the last tenth of the symbols is for testing and is neither grown nor learned from. Errors:
// the engine's, and InvalidArgument for a plan out of bounds.
absl::StatusOr<GrowthResult> grow_and_train(const Text& text, const GrowthPlan& plan, const GrowthProgress& progress);

}  // namespace volley::charlm
