// The books of a placement in the making: what every core holds, kept up to date neuron by neuron.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "hardware/wiring.h"

namespace volley::hardware {

struct CoreUse {
  std::uint64_t compartments = 0;
  std::uint64_t synaptic_memory_bits = 0;  // 0 when the chip does not say how it stores synapses
  std::uint64_t input_axons = 0;
  std::uint64_t output_axons = 0;  // to neurons that have a place
};

enum class Resource { kCompartments, kMemory, kInputAxons, kOutputAxons };

// The first limit that a core with this use exceeds. `scale`: limits count as this part of themselves.
std::optional<Resource> exceeded(const CoreUse& use, const Limits& limits, double scale = 1);

// Not thread safe. The wiring and the chip must outlive it. Any number of cores: cores beyond the chip's are counted
// like the others, so that one can say how many are missing.
class Accounts {
 public:
  static constexpr std::uint32_t kNowhere = 0xffff'ffff;

  Accounts(const Wiring& wiring, const Chip& chip);

  void add(std::uint32_t neuron, std::uint32_t core);  // REQUIRES: it has no place
  void remove(std::uint32_t neuron);                   // REQUIRES: it has one
  void move(std::uint32_t neuron, std::uint32_t core) {
    remove(neuron);
    add(neuron, core);
  }

  const Wiring& wiring() const { return wiring_; }
  std::uint32_t core_of(std::uint32_t neuron) const { return core_of_[neuron]; }
  CoreUse use(std::uint32_t core) const;
  std::uint32_t cores() const { return static_cast<std::uint32_t>(cores_.size()); }
  // Cores that get messages from a sender.
  std::vector<std::uint32_t> destinations(std::uint32_t sender) const;
  std::uint32_t destination_count(std::uint32_t sender) const {
    return static_cast<std::uint32_t>(axons_[sender].size());
  }
  // The first limit that a core exceeds.
  std::optional<Resource> exceeded(std::uint32_t core) const { return hardware::exceeded(use(core), limits_); }
  // Cores with more output axons than they may have.
  std::uint32_t cores_over_output() const { return over_output_; }

  // With rates and a mesh, the books also hold spike-hops: sum over axons of rate times hops. Sources are outside the
  // chip and add none. Call before the first add(); every core must be the mesh's.
  void count_hops(std::vector<double> rate_of_neuron, const Mesh& mesh);
  double spike_hops() const { return spike_hops_; }

 private:
  struct Count {
    std::uint32_t core, n;
  };
  struct Core {
    std::uint64_t compartments = 0, input_axons = 0, output_axons = 0;
    std::vector<std::uint64_t> memory;  // by index size
  };
  Core& core_at(std::uint32_t core);
  // From the back: while cores are filled one after the other, the core at hand is the last one in.
  static std::vector<Count>::iterator find_core(std::vector<Count>& counts, std::uint32_t core);
  // Changes how many synapses a part has on a core by one.
  void change(std::uint32_t part, std::uint32_t core, bool more);
  void open_axon(std::uint32_t sender, std::uint32_t core, bool open);
  void change_outputs(std::uint32_t core, std::uint64_t axons, bool more);
  double hop_cost(std::uint32_t neuron, std::uint32_t from, std::uint32_t to) const {
    return rate_[neuron] * mesh_->hops(from, to).total();
  }

  const Wiring& wiring_;
  const Limits& limits_;
  std::vector<std::uint32_t> index_sizes_;
  std::vector<std::uint32_t> core_of_;
  std::vector<std::vector<Count>> synapses_;  // by part
  std::vector<std::vector<Count>> axons_;     // by sender: parts with synapses there
  std::vector<Core> cores_;
  std::uint32_t over_output_ = 0;
  std::vector<double> rate_;
  const Mesh* mesh_ = nullptr;
  double spike_hops_ = 0;
};

}  // namespace volley::hardware
