// The words of a chip's file, both ways, and how large its values may be. Only for the files that read chips, print or
// vary them.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "hardware/chip.h"

namespace volley::hardware {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

inline constexpr Names<Evidence, 5> kEvidenceNames{{{Evidence::kPublished, "published"},
                                                    {Evidence::kMeasured, "measured"},
                                                    {Evidence::kSecondary, "secondary"},
                                                    {Evidence::kFitted, "fitted"},
                                                    {Evidence::kAssumed, "assumed"}}};
inline constexpr Names<Measure, 3> kMeasureNames{
    {{Measure::kEnergyPj, "energy_pj"}, {Measure::kTimeNs, "time_ns"}, {Measure::kPowerMw, "power_mw"}}};
inline constexpr Names<Unit, 6> kUnitNames{{{Unit::kSynapse, "synapse"},
                                            {Unit::kNeuron, "neuron"},
                                            {Unit::kRouter, "router"},
                                            {Unit::kLearning, "learning"},
                                            {Unit::kBarrier, "barrier"},
                                            {Unit::kChip, "chip"}}};

inline constexpr std::array<std::string_view, 18> kEvents{"synaptic_operation",
                                                          "synaptic_operation_dense",
                                                          "synaptic_operation_sparse",
                                                          "synaptic_operation_conv",
                                                          "neuron_update_active",
                                                          "neuron_update_inactive",
                                                          "neuron_access",
                                                          "neuron_update",
                                                          "spike",
                                                          "neuron_spike",
                                                          "axon_out",
                                                          "axon_in",
                                                          "hop_east_west",
                                                          "hop_north_south",
                                                          "learning_update",
                                                          "barrier",
                                                          "chip_static",
                                                          "core_static"};
inline constexpr Names<EndOfStep, 2> kEndOfStepNames{
    {{EndOfStep::kSerial, "serial"}, {EndOfStep::kOverlapped, "overlapped"}}};

// The largest value of a coefficient; beyond it, energies and times of long runs would overflow.
constexpr double largest_value(Measure measure) {
  switch (measure) {
    case Measure::kEnergyPj:
      return 1e12;  // a joule
    case Measure::kTimeNs:
      return 1e6;  // a millisecond: clocks and the time of one event
    case Measure::kPowerMw:
      return 1e9;  // a megawatt
  }
  return 0;
}

template <class E, std::size_t N>
std::string_view name_in(const Names<E, N>& names, E value) {
  return std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == value; })->second;
}

}  // namespace volley::hardware
