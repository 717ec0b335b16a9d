// Beyond the source: a spiking network that grows neurons for coincidences it meets again and again.
//
// Every character is one spike of one of `vocabulary` source neurons, kCharacterTime apart. A conjunction neuron has
// two synapses of 0.6 of its threshold: one from the character that it ends with, undelayed, and one from its parent,
// delayed by one character. It fires only when both arrive in the same instant, that is, when its parent's context came
// right before its own character. Parents are characters (contexts of two), or conjunctions (longer ones): a stack of
// delay lines and coincidence detectors. A second stack begins at a neuron that any character but a letter or an
// apostrophe makes fire: its conjunctions are beginnings of words, whatever stood before.
//
// Growth (structural plasticity, unsupervised): the network runs over the training part; every pair of a firing parent
// and the next character that has no neuron yet leaves a trace; once the pair was met `seen` times, it gets a neuron.
// One pass grows both stacks by one layer.
//
// Readout: softmax(b + sum of the weight rows of the neurons that fired), trained online by the delta rule
//   w[k] += rate / (1 + n[k])^(1/4) (onehot - p)   for every neuron k that fired, n[k]: how often it did before,
// which a synapse can compute from its own spikes and its output's error alone. Log-linear models of this kind with
// n-gram features: Rosenfeld 1996, Computer Speech & Language 10(3); growth by repeated coincidence is Hebb's postulate
// (1949) applied to which synapses exist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/text.h"
#include "engine/network.h"

namespace volley::charlm {

inline constexpr Duration kCharacterTime{1'000'000'000};  // 1 ms of simulated time

struct GrowthPlan {
  std::size_t order = 6;   // characters of the longest context, at least 1
  std::size_t words = 8;   // letters of the longest beginning of a word; 0: no such stack
  std::uint32_t seen = 2;  // coincidences that make a neuron
  unsigned epochs = 2;     // of the readout
  double rate = 0.5;       // falls linearly to a tenth
  unsigned threads = 1;    // of the engine; never changes results
};

struct Conjunction {
  std::uint32_t parent = 0;  // a symbol where the context has two characters, else a conjunction
  Symbol symbol = 0;         // that it ends with
  std::uint8_t depth = 0;    // characters of the context, or letters of the word
  bool word = false;         // of the second stack; its root has depth 0
};

// A network as it has grown so far. Plain value.
class Conjunctions {
 public:
  Conjunctions(const Text& text, const GrowthPlan& plan);

  const std::vector<Conjunction>& neurons() const { return neurons_; }
  // Adds a neuron for every (parent, symbol) of the list; parents as in Conjunction.
  void add(const std::vector<Conjunction>& grown) { neurons_.insert(neurons_.end(), grown.begin(), grown.end()); }
  // Whether a letter or an apostrophe.
  bool letter(Symbol symbol) const { return letter_[symbol]; }
  // The network of the engine that reads these symbols.
  Network network(std::span<const Symbol> symbols) const;

 private:
  std::vector<bool> letter_;
  std::vector<Conjunction> neurons_;
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
  std::size_t neurons = 0;
  double spikes = 0, synaptic_events = 0, readout_operations = 0;  // per character, the last epoch
  double seconds = 0;                                              // CPU time of the process, all of it
};

using GrowthProgress = std::function<void(const std::string&)>;

// Grows, trains and tests; the last tenth of the symbols is for testing and is neither grown nor learned from. Errors:
// the engine's, and InvalidArgument for a plan out of bounds.
absl::StatusOr<GrowthResult> grow_and_train(const Text& text, const GrowthPlan& plan, const GrowthProgress& progress);

}  // namespace volley::charlm
