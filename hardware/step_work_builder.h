// From the neurons that fired in a step to the work that this is for every core.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/time.h"
#include "hardware/axons.h"
#include "hardware/chip.h"
#include "hardware/placement.h"
#include "hardware/step_work.h"

namespace volley::hardware {

// How long a core's units take, from the times of one coefficient table. What the table leaves unset counts as 0 here
// and is named in `unset`: a time made with it is a lower bound and must be shown as one.
struct ServiceTimes {
  Duration quiet_update{0};   // of a neuron that does not fire
  Duration firing_update{0};  // of one that does
  Duration axon_out{0};       // one message leaves
  Duration axon_in{0};        // one message is taken in
  Duration synapse{0};        // one synaptic operation
  Duration hop_east_west{0}, hop_north_south{0};
  std::vector<std::string> unset{};
};
ServiceTimes service_times(const CoefficientTable& table);

// Every core updates all its neurons in every step, in the order of the network. Spikes of sources come from outside:
// they wait at the receivers when the step begins.
class StepWorkBuilder {
 public:
  // `cores`: of the chip. The table must outlive the builder.
  StepWorkBuilder(const AxonTable& table, const Placement& placement, std::uint32_t cores, const ServiceTimes& times);

  // `senders`: ascending; those that fired several times in the step come several times.
  void build(std::span<const std::uint32_t> senders, StepWork& out);

 private:
  static constexpr std::uint32_t kOutside = ~std::uint32_t{0};
  struct Seat {
    std::uint32_t core;      // kOutside: a source
    std::uint32_t position;  // among the core's neurons
  };
  Duration handling(const Axon& axon) const { return times_.axon_in + axon.synapses * times_.synapse; }
  void fill_core(std::uint32_t core, std::span<const std::uint32_t> firing, StepWork& out) const;

  const AxonTable& table_;
  ServiceTimes times_;
  std::vector<Seat> seat_;              // by sender
  std::vector<std::uint32_t> neurons_;  // by core
  std::vector<std::uint32_t> begin_;    // by core: its part of firing_; one more entry
  std::vector<std::uint32_t> firing_;   // senders, core after core
};

}  // namespace volley::hardware
