// What one chip can hold and do. Every limit is optional: unset means that nobody has published it, not that there is
// none, and every check that would need it says so.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hardware/evidence.h"

namespace volley::hardware {

struct Limits {
  using Number = std::optional<Known<std::uint64_t>>;
  using Numbers = std::optional<Known<std::vector<std::uint32_t>>>;
  using Words = std::optional<Known<std::vector<std::string>>>;

  // Of one core.
  Number compartments;          // one neuron takes one
  Number synaptic_memory_bits;  // for the synapses of all its input axons
  Number input_axons;           // (sender, this core) pairs
  Number output_axons;          // (neuron of this core, destination core) pairs
  // Of one chip.
  Number neurons;
  Number synapses;
  // Of one synapse.
  Number weight_bits;             // with the sign
  Numbers stored_weight_bits;     // sizes in which memory can hold a weight, ascending
  Numbers index_bits;             // sizes in which memory can hold the index of a target, ascending
  Number delay_steps;             // longest delay beyond the one step that every spike takes
  Number delay_steps_guaranteed;  // longest one that does not cost compartments
  Number tag_bits;
  // Of a spike: bits of payload; 0: spikes carry none.
  Number graded_spike_bits;
  // Names of the neuron models that its cores can compute.
  Words neuron_models;
};

// How limits are called in YAML and in listings, in the order in which they are printed.
struct NumberField {
  std::string_view name;
  Limits::Number Limits::*member;
  std::string_view meaning;
};
struct NumbersField {
  std::string_view name;
  Limits::Numbers Limits::*member;
  std::string_view meaning;
};

inline constexpr std::array<NumberField, 11> kNumberFields{{
    {"compartments", &Limits::compartments, "neurons per core"},
    {"synaptic_memory_bits", &Limits::synaptic_memory_bits, "bits per core"},
    {"input_axons", &Limits::input_axons, "per core"},
    {"output_axons", &Limits::output_axons, "per core"},
    {"neurons", &Limits::neurons, "per chip"},
    {"synapses", &Limits::synapses, "per chip"},
    {"weight_bits", &Limits::weight_bits, "of a weight, with its sign"},
    {"delay_steps", &Limits::delay_steps, "longest delay, beyond the step that every spike takes"},
    {"delay_steps_guaranteed", &Limits::delay_steps_guaranteed, "longest delay that costs no compartments"},
    {"tag_bits", &Limits::tag_bits, "of a synapse's tag"},
    {"graded_spike_bits", &Limits::graded_spike_bits, "of a spike's payload"},
}};
inline constexpr std::array<NumbersField, 2> kNumbersFields{{
    {"stored_weight_bits", &Limits::stored_weight_bits, "sizes of a stored weight"},
    {"index_bits", &Limits::index_bits, "sizes of a stored target index"},
}};
inline constexpr std::string_view kNeuronModels = "neuron_models";

}  // namespace volley::hardware
