#include "hardware/pack.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "hardware/capacity.h"
#include "hardware/place.h"

namespace volley::hardware {
namespace {

constexpr std::uint32_t kMostCores = 65'535;

// The books of the core at hand alone, which is all that filling cores one after the other needs.
class CoreAtHand {
 public:
  CoreAtHand(const Wiring& wiring, const Chip& chip)
      : wiring_(wiring), synapses_(wiring.sender_of.size()), heard_(wiring.senders()) {
    if (wiring.formats_known) sizes_ = chip.limits.index_bits->value;
    memory_.resize(sizes_.size());
  }

  void begin() {
    ++core_;
    use_ = {};
    std::fill(memory_.begin(), memory_.end(), 0);
  }
  void add(std::uint32_t neuron, std::uint32_t output_axons) {
    ++use_.compartments;
    use_.output_axons += output_axons;
    for (const std::uint32_t part : wiring_.incoming(neuron)) {
      Stamped& synapses = synapses_[part];
      if (synapses.core != core_) synapses = {core_, 0};
      const std::uint32_t bits = wiring_.bundles[wiring_.bundle_of[part]].format.sum();
      for (std::size_t i = 0; i < sizes_.size(); ++i) {
        memory_[i] += bits_per_axon(synapses.n + 1, bits + sizes_[i]) - bits_per_axon(synapses.n, bits + sizes_[i]);
      }
      ++synapses.n;
      std::uint32_t& heard = heard_[wiring_.sender_of[part]];
      if (heard != core_) ++use_.input_axons;
      heard = core_;
    }
  }
  CoreUse use() const {
    CoreUse use = use_;
    if (sizes_.empty()) return use;
    const auto size = std::find(sizes_.begin(), sizes_.end(), index_bits_for(use.compartments, sizes_));
    use.synaptic_memory_bits = memory_[static_cast<std::size_t>(size - sizes_.begin())];
    return use;
  }

 private:
  struct Stamped {
    std::uint32_t core = 0, n = 0;  // counts from 1; n is of that core
  };
  const Wiring& wiring_;
  std::uint32_t core_ = 0;
  CoreUse use_;
  std::vector<std::uint32_t> sizes_;
  std::vector<std::uint64_t> memory_;  // by index size
  std::vector<Stamped> synapses_;      // by part
  std::vector<std::uint32_t> heard_;   // by sender: the last core that heard it
};

// One pass. Output axons are only known when all targets have a place, so every neuron counts with `expected` of them.
absl::StatusOr<Packing> pack_once(const Wiring& wiring, const Chip& chip, double scale,
                                  std::span<const std::uint32_t> expected) {
  CoreAtHand core(wiring, chip);
  core.begin();
  Packing packing{.core_of = std::vector<std::uint32_t>(wiring.neurons), .cores = wiring.neurons > 0 ? 1u : 0u};
  std::array<std::uint32_t, 4> fills{};
  bool fresh = true;
  for (std::uint32_t neuron = 0; neuron < wiring.neurons;) {
    core.add(neuron, expected[neuron]);
    const std::optional<Resource> full = exceeded(core.use(), chip.limits, scale);
    if (!full) {
      packing.core_of[neuron] = packing.cores - 1;
      fresh = false;
      ++neuron;
      continue;
    }
    if (fresh) {
      return absl::ResourceExhaustedError(
          absl::StrCat("neuron ", name_of_sender(wiring, neuron), " fits on no core of ", chip.name,
                       ": alone it needs ", describe(core.use(), *full, chip), "; ", std::string(remedy_for(*full))));
    }
    ++fills[static_cast<std::size_t>(*full)];
    if (packing.cores == kMostCores) {
      return absl::ResourceExhaustedError(absl::StrCat("the network needs more than ", kMostCores, " cores of ",
                                                       chip.name, ", which has ", chip.mesh.core_count(), "; ",
                                                       std::string(remedy_for(*full))));
    }
    ++packing.cores;
    core.begin();
    fresh = true;
  }
  const auto most = std::max_element(fills.begin(), fills.end());
  if (*most > 0) packing.filled_by = static_cast<Resource>(most - fills.begin());
  return packing;
}

std::vector<std::uint32_t> destination_counts(const Wiring& wiring, const Chip& chip, const Packing& packing) {
  Accounts books(wiring, chip);
  for (std::uint32_t neuron = 0; neuron < wiring.neurons; ++neuron) books.add(neuron, packing.core_of[neuron]);
  std::vector<std::uint32_t> counts(wiring.neurons);
  for (std::uint32_t neuron = 0; neuron < wiring.neurons; ++neuron) counts[neuron] = books.destination_count(neuron);
  return counts;
}

bool outputs_fit(const Packing& packing, std::span<const std::uint32_t> counts, const Chip& chip, double scale) {
  if (!chip.limits.output_axons) return true;
  std::vector<std::uint64_t> sum(packing.cores);
  for (std::size_t neuron = 0; neuron < counts.size(); ++neuron) sum[packing.core_of[neuron]] += counts[neuron];
  return std::all_of(sum.begin(), sum.end(), [&](std::uint64_t outputs) {
    return static_cast<double>(outputs) <= static_cast<double>(chip.limits.output_axons->value) * scale;
  });
}

}  // namespace

absl::StatusOr<Packing> pack_in_order(const Wiring& wiring, const Chip& chip, double scale) {
  // A pass that spreads senders more thinly makes more destination cores, hence more output axons: what a neuron is
  // expected to have only grows, so this ends.
  constexpr int kPasses = 12;
  std::vector<std::uint32_t> expected(wiring.neurons);
  for (int pass = 0; pass < kPasses; ++pass) {
    absl::StatusOr<Packing> packing = pack_once(wiring, chip, scale, expected);
    // Beyond the chip no placement is made: how many axons there would be does not matter.
    if (!packing.ok() || packing->cores > chip.mesh.core_count()) return packing;
    const std::vector<std::uint32_t> counts = destination_counts(wiring, chip, *packing);
    if (outputs_fit(*packing, counts, chip, scale)) return packing;
    for (std::uint32_t n = 0; n < wiring.neurons; ++n) expected[n] = std::max(expected[n], counts[n]);
  }
  return absl::ResourceExhaustedError(absl::StrCat("no packing of ", wiring.neurons, " neurons on ",
                                                   chip.mesh.core_count(), " cores of ", chip.name,
                                                   " keeps all output axons within ", chip.limits.output_axons->value,
                                                   " a core; ", std::string(remedy_for(Resource::kOutputAxons))));
}

Placement placement_of(std::span<const std::uint32_t> core_of, const Wiring& wiring, std::string method) {
  Placement placement{.method = std::move(method), .core_of = {}};
  for (std::size_t p = 0; wiring.first_sender[p] < wiring.neurons; ++p) {
    const auto first = core_of.begin() + wiring.first_sender[p];
    placement.core_of.emplace_back(first, core_of.begin() + wiring.first_sender[p + 1]);
  }
  return placement;
}

absl::Status check_core_count(const Packing& packing, const Chip& chip) {
  const std::uint32_t has = chip.mesh.core_count();
  if (packing.cores <= has) return absl::OkStatus();
  const Resource why = packing.filled_by.value_or(Resource::kCompartments);
  return absl::ResourceExhaustedError(absl::StrCat(
      "the network needs ", packing.cores, " cores, ", chip.name, " has ", has, ": ", packing.cores - has,
      " are missing; most cores are full by ", std::string(name_of(why)), "; ", std::string(remedy_for(why))));
}

std::string name_of_sender(const Wiring& wiring, std::uint32_t sender) {
  const std::uint32_t population = wiring.population_of(sender);
  return absl::StrCat(wiring.populations[population], "[", sender - wiring.first_sender[population], "]");
}

absl::StatusOr<Placement> place_sequential(const Wiring& wiring, const Chip& chip) {
  const absl::StatusOr<Packing> packing = pack_in_order(wiring, chip, 1);
  if (!packing.ok()) return packing.status();
  if (absl::Status status = check_core_count(*packing, chip); !status.ok()) return status;
  return placement_of(packing->core_of, wiring, "sequential");
}

absl::StatusOr<Placement> place_balanced(const Wiring& wiring, const Chip& chip) {
  absl::StatusOr<Packing> best = pack_in_order(wiring, chip, 1);
  if (!best.ok()) return best.status();
  if (absl::Status status = check_core_count(*best, chip); !status.ok()) return status;
  // Bisection on the part of the limits that may be used.
  const std::uint32_t cores = best->cores;
  double low = 0, high = 1;
  for (int i = 0; i < 12; ++i) {
    const double middle = (low + high) / 2;
    absl::StatusOr<Packing> packing = pack_in_order(wiring, chip, middle);
    if (packing.ok() && packing->cores <= cores) {
      high = middle;
      best = std::move(packing);
    } else {
      low = middle;
    }
  }
  return placement_of(best->core_of, wiring, "balanced");
}

}  // namespace volley::hardware
