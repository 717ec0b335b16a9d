#include "hardware/wiring.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"

namespace volley::hardware {
namespace {

struct Group {
  const SynapseGroup* synapses;
  std::uint32_t first_target;  // neuron of slice-local target 0
};

void note_delay(Duration delay, Duration step, Bundle& bundle) {
  const std::int64_t steps = extra_steps(delay, step);
  bundle.rounded = bundle.rounded || delay % step != Duration{0};
  if (steps < bundle.delay_steps) return;
  bundle.delay_steps = steps;
  bundle.delay_ms = std::max(bundle.delay_ms, to_ms(delay));
}

// Whether its synapses learn by a rule that changes a tag (the chip's own rule, with `dt`).
bool has_tag(const ProjectionSpec& spec) {
  if (!spec.plasticity || spec.plasticity->frozen) return false;
  const auto change = spec.plasticity->parameters.find("dt");
  if (spec.plasticity->rule != "loihi" || change == spec.plasticity->parameters.end()) return false;
  const auto* text = std::get_if<std::string>(&change->second);
  return text != nullptr && !text->empty();
}

class WiringBuilder {
 public:
  WiringBuilder(const Simulation& simulation, Duration step) : network_(simulation.network()), step_(step) {
    for (const ProjectionSpec& entry : network_.projections) {
      const std::string name = entry.name.empty() ? absl::StrCat(entry.source, "_to_", entry.target) : entry.name;
      wiring_.bundles.push_back({.name = "projection " + name, .format = {}});
    }
    wiring_.first_sender.push_back(0);
    const auto add = [&](const std::string& name, std::uint32_t size) {
      wiring_.populations.push_back(name);
      wiring_.first_sender.push_back(wiring_.first_sender.back() + size);
    };
    for (const PopulationSpec& entry : network_.populations) add(entry.name, entry.size);
    wiring_.neurons = wiring_.first_sender.back();
    for (const SourceSpec& entry : network_.sources) add(entry.name, entry.size);
    groups_.resize(wiring_.populations.size());
    simulation.for_each_synapse_group([&](PopulationId target, std::uint32_t first, const SynapseGroup& group) {
      note_delays(group);
      groups_[index_of(group.source)].push_back({&group, wiring_.first_sender[index_of(target)] + first});
    });
    for (auto& groups : groups_) {
      std::stable_sort(groups.begin(), groups.end(),
                       [](const Group& a, const Group& b) { return a.synapses->projection < b.synapses->projection; });
    }
  }

  Wiring build() {
    wiring_.first_part.push_back(0);
    wiring_.first_out.push_back(0);
    for (std::size_t population = 0; population < groups_.size(); ++population) {
      const std::uint32_t size = wiring_.first_sender[population + 1] - wiring_.first_sender[population];
      for (std::uint32_t neuron = 0; neuron < size; ++neuron) add_sender(groups_[population], neuron);
    }
    for (const DriveSpec& drive : network_.drives) add_drive(drive);
    turn_round();
    return std::move(wiring_);
  }

 private:
  void note_delays(const SynapseGroup& group) {
    Bundle& bundle = wiring_.bundles[group.projection];
    if (group.delay_step.empty()) {
      if (!group.target.empty()) note_delay(group.delay, step_, bundle);
      return;
    }
    std::vector<bool> seen(65'536);
    for (const std::uint16_t delay : group.delay_step) {
      if (seen[delay]) continue;
      seen[delay] = true;
      note_delay(delay * group.delay_resolution, step_, bundle);
    }
  }

  void add_sender(const std::vector<Group>& groups, std::uint32_t neuron) {
    for (std::size_t g = 0; g < groups.size();) {
      const std::uint32_t projection = groups[g].synapses->projection;
      for (; g < groups.size() && groups[g].synapses->projection == projection; ++g) {
        const SynapseGroup& synapses = *groups[g].synapses;
        for (std::uint32_t s = synapses.offset[neuron]; s < synapses.offset[neuron + 1]; ++s) {
          wiring_.out.push_back(groups[g].first_target + synapses.target[s]);
        }
      }
      end_part(projection);
    }
    end_sender();
  }

  void add_drive(const DriveSpec& drive) {
    if (!std::holds_alternative<PoissonDrive>(drive.kind)) return;
    const auto found = std::find(wiring_.populations.begin(), wiring_.populations.end(), drive.population);
    const auto population = static_cast<std::size_t>(found - wiring_.populations.begin());
    const std::uint32_t begin = wiring_.first_sender[population] + drive.range.first;
    const std::uint32_t end = drive.range.count ? begin + *drive.range.count : wiring_.first_sender[population + 1];
    wiring_.bundles.push_back(
        {.name = drive.name.empty() ? "drive of " + drive.population : "drive " + drive.name, .format = {}});
    for (std::uint32_t neuron = begin; neuron < end; ++neuron) {
      wiring_.out.push_back(neuron);
      end_part(static_cast<std::uint32_t>(wiring_.bundles.size() - 1));
      end_sender();
    }
  }

  void end_part(std::uint32_t bundle) {
    if (wiring_.first_out.back() == wiring_.out.size()) return;
    wiring_.first_out.push_back(wiring_.out.size());
    wiring_.sender_of.push_back(sender_);
    wiring_.bundle_of.push_back(bundle);
  }
  void end_sender() {
    ++sender_;
    wiring_.first_part.push_back(static_cast<std::uint32_t>(wiring_.sender_of.size()));
  }

  void turn_round() {
    wiring_.first_in.assign(wiring_.neurons + 1u, 0);
    for (const std::uint32_t target : wiring_.out) ++wiring_.first_in[target + 1u];
    for (std::uint32_t n = 0; n < wiring_.neurons; ++n) wiring_.first_in[n + 1u] += wiring_.first_in[n];
    wiring_.in.resize(wiring_.out.size());
    std::vector<std::uint64_t> next(wiring_.first_in.begin(), wiring_.first_in.end());
    for (std::uint32_t part = 0; part < wiring_.sender_of.size(); ++part) {
      for (const std::uint32_t target : wiring_.targets(part)) wiring_.in[next[target]++] = part;
    }
  }

  const Network& network_;
  Duration step_;
  Wiring wiring_;
  std::vector<std::vector<Group>> groups_;  // by sending population
  std::uint32_t sender_ = 0;
};

}  // namespace

std::int64_t extra_steps(Duration delay, Duration step) {
  return std::max<std::int64_t>((delay + step / 2) / step, 1) - 1;
}

std::uint64_t bits_per_axon(std::uint64_t synapses, std::uint32_t bits_per_synapse) {
  constexpr std::uint64_t kBlock = 64, kHeader = 10, kWord = 64;
  const auto block = [&](std::uint64_t n) { return (n * bits_per_synapse + kHeader + kWord - 1) / kWord * kWord; };
  return synapses / kBlock * block(kBlock) + (synapses % kBlock == 0 ? 0 : block(synapses % kBlock));
}

std::uint32_t index_bits_for(std::uint64_t targets, std::span<const std::uint32_t> sizes) {
  for (const std::uint32_t bits : sizes) {
    if (targets <= std::uint64_t{1} << bits) return bits;
  }
  return sizes.empty() ? 0 : sizes.back();
}

std::uint32_t Wiring::population_of(std::uint32_t sender) const {
  return static_cast<std::uint32_t>(std::upper_bound(first_sender.begin(), first_sender.end(), sender) -
                                    first_sender.begin()) -
         1;
}

Wiring make_wiring(const Simulation& simulation, const Chip& chip, Duration step) {
  Wiring wiring = WiringBuilder(simulation, step).build();
  wiring.formats_known = chip.limits.stored_weight_bits && chip.limits.index_bits;
  for (Bundle& bundle : wiring.bundles) {
    if (wiring.formats_known) bundle.format.weight_bits = chip.limits.stored_weight_bits->value.back();
    bundle.format.delay_bits =
        static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint64_t>(bundle.delay_steps)));
  }
  const std::vector<ProjectionSpec>& projections = simulation.network().projections;
  for (std::size_t p = 0; p < projections.size() && chip.limits.tag_bits; ++p) {  // bundles of drives come after them
    if (has_tag(projections[p])) {
      wiring.bundles[p].format.tag_bits = static_cast<std::uint32_t>(chip.limits.tag_bits->value);
    }
  }
  return wiring;
}

}  // namespace volley::hardware
