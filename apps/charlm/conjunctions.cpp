#include "apps/charlm/conjunctions.h"

#include <algorithm>
#include <utility>

namespace volley::charlm {
namespace {

// Two of them in one instant are above the threshold of 1, one is not. In a character's time the membrane forgets what
// was there to one part in 22,000.
constexpr double kHalf = 0.6, kTauMs = 0.1;

bool is_letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '\''; }

ProjectionSpec projection(const char* name, const char* source, std::vector<Edge> edges) {
  ProjectionSpec spec;
  spec.name = name;
  spec.source = source;
  spec.target = "conjunctions";
  spec.rule = Explicit{std::move(edges), ""};
  return spec;
}

}  // namespace

Conjunctions::Conjunctions(std::string_view alphabet, std::vector<Conjunction> neurons) : neurons_(std::move(neurons)) {
  for (const char byte : alphabet) letter_.push_back(is_letter(byte));
}

Network Conjunctions::network(std::span<const Symbol> symbols) const {
  Network network;
  network.name = "conjunctions";
  const auto size = std::max<std::size_t>(neurons_.size(), 1);
  network.populations = {{"conjunctions", "lif_delta", static_cast<std::uint32_t>(size), {}, {}}};
  network.populations[0].parameters = {{"tau_m", kTauMs}, {"v_threshold", 1.0}, {"v_reset", 0.0}, {"t_ref", 0.0}};

  SourceSpec characters;
  characters.name = "characters";
  characters.size = static_cast<std::uint32_t>(letter_.size());
  SpikeListSource list;
  list.spikes.reserve(symbols.size());
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    list.spikes.emplace_back(kStart + static_cast<std::int64_t>(i + 1) * kCharacterTime, symbols[i]);
  }
  characters.kind = std::move(list);
  network.sources = {std::move(characters)};

  const auto weight = static_cast<float>(kHalf);
  std::vector<Edge> ends, pairs, chains, boundaries;
  for (std::uint32_t n = 0; n < neurons_.size(); ++n) {
    const Conjunction& c = neurons_[n];
    if (c.depth == 0) {
      for (std::uint32_t s = 0; s < letter_.size(); ++s) {
        if (!letter_[s]) boundaries.push_back({s, n, 2 * weight, Duration{0}});
      }
      continue;
    }
    ends.push_back({c.symbol, n, weight, Duration{0}});
    (c.depth == 2 && !c.word ? pairs : chains).push_back({c.parent, n, weight, kCharacterTime});
  }
  network.projections = {projection("ends", "characters", std::move(ends)),
                         projection("pairs", "characters", std::move(pairs)),
                         projection("boundaries", "characters", std::move(boundaries)),
                         projection("chains", "conjunctions", std::move(chains))};
  return network;
}

}  // namespace volley::charlm
