// Beyond the source: a spiking network that grows neurons for coincidences it meets again and again.
//
// Every character is one spike of one of `vocabulary` source neurons, kCharacterTime apart. A conjunction neuron has
// two synapses of 0.6 of its threshold: one from the character that it ends with, undelayed, and one from its parent,
// delayed by one character. It fires only when both arrive in the same instant, that is, when its parent's context came
// right before its own character. Parents are characters (contexts of two), or conjunctions (longer ones): a stack of
// delay lines and coincidence detectors. A second stack begins at a neuron that any character but a letter or an
// apostrophe makes fire: its conjunctions are beginnings of words, whatever stood before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "apps/charlm/text.h"
#include "engine/network.h"

namespace volley::charlm {

inline constexpr Duration kCharacterTime{1'000'000'000};  // 1 ms of simulated time

struct Conjunction {
  std::uint32_t parent = 0;  // a symbol where the context has two characters, else a conjunction
  Symbol symbol = 0;         // that it ends with
  std::uint8_t depth = 0;    // characters of the context, or letters of the word
  bool word = false;         // of the second stack; its root has depth 0
};

// A network as it has grown so far. Plain value.
class Conjunctions {
 public:
  Conjunctions() = default;
  Conjunctions(std::string_view alphabet, std::vector<Conjunction> neurons);

  const std::vector<Conjunction>& neurons() const { return neurons_; }
  // Adds a neuron for every (parent, symbol) of the list; parents as in Conjunction.
  void add(const std::vector<Conjunction>& grown) { neurons_.insert(neurons_.end(), grown.begin(), grown.end()); }
  // Whether a letter or an apostrophe.
  bool letter(Symbol symbol) const { return letter_[symbol]; }
  // The network of the engine that reads these symbols, the i-th at (i + 1) kCharacterTime.
  Network network(std::span<const Symbol> symbols) const;

 private:
  std::vector<bool> letter_;
  std::vector<Conjunction> neurons_;
};

}  // namespace volley::charlm
