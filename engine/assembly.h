// All parts of a runnable network, put together: slices with their synapses and inboxes, sources, samplers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/inbox.h"
#include "engine/model.h"
#include "engine/network.h"
#include "engine/plastic_groups.h"
#include "engine/post_office.h"
#include "engine/probes.h"
#include "engine/simulation.h"
#include "engine/slice.h"
#include "engine/source.h"

namespace volley {

// A slice and everything that only its thread touches.
struct SlicePart {
  SlicePart(PopulationId id, std::uint32_t first_neuron, std::uint32_t neurons, std::unique_ptr<Slice> made,
            std::vector<SynapseGroup> synapses, PlasticGroups learns, std::uint32_t populations, Duration width,
            Duration reach)
      : population(id),
        first(first_neuron),
        size(neurons),
        slice(std::move(made)),
        groups(std::move(synapses)),
        learning(std::move(learns)),
        events_of_group(groups.size()),
        office(groups, populations),
        inbox(width, reach),
        next_time(slice->next_event()) {}

  // Delivers what is due in the window and leaves `fired` and `next_time` behind.
  void advance(Window window);

  PopulationId population;
  std::uint32_t first, size;
  unsigned worker = 0;
  std::unique_ptr<Slice> slice;
  std::vector<SynapseGroup> groups;
  PlasticGroups learning;
  std::vector<std::uint64_t> events_of_group;  // synaptic events delivered
  PostOffice office;
  Inbox inbox;
  std::vector<Spike> fired;
  std::uint64_t spikes = 0;
  Time next_time;
};

// Windows of networks without recurrent delays, and the longest wait for request_stop() and progress: 10 ms.
inline constexpr Duration kLongestWindow{10'000'000'000};

struct Assembly {
  Network network;
  unsigned threads = 1;
  Duration shortest_delay = Duration::max();    // of projections out of populations; Duration::max() without any
  Duration shortest_plastic = Duration::max();  // delay of a plastic projection, also out of a source
  std::vector<std::unique_ptr<SlicePart>> parts;
  std::vector<std::unique_ptr<SpikeSource>> sources;
  std::vector<StateSampler> samplers;
  std::vector<std::vector<std::string>> variables_of;  // by population: names of what can be sampled
  std::vector<WeightSampler> weight_samplers;

  Duration window_length() const { return std::min({shortest_delay, shortest_plastic, kLongestWindow}); }
  MemoryReport memory() const;
  // The synapses of a projection, in the order of their targets' slices. Views into `parts`.
  std::vector<ProjectionWeights::Piece> pieces_of(std::size_t projection) const;
};

absl::StatusOr<Assembly> assemble(Network network, const ModelCatalog& models, const Options& options);

}  // namespace volley
