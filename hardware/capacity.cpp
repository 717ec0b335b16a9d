#include "hardware/capacity.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "hardware/least_needs.h"

namespace volley::hardware {
namespace {

constexpr std::array kResources{Resource::kCompartments, Resource::kMemory, Resource::kInputAxons,
                                Resource::kOutputAxons};

std::string evidence_of(const Limits::Number& limit) { return std::string(name_of(limit->evidence)); }

// The name with the largest share, with that share.
std::string largest(const std::map<std::string, std::uint64_t>& shares, std::string_view what) {
  const auto most =
      std::max_element(shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == shares.end()) return {};
  return absl::StrCat(most->first, " has ", with_commas(most->second), " of the ", std::string(what));
}

// What takes most of every resource of a core.
std::array<std::string, 4> culprits_of(const Wiring& wiring, const Accounts& books, const Chip& chip,
                                       std::uint32_t core) {
  std::map<std::string, std::uint64_t> neurons, inputs, outputs, memory;
  const auto name = [&](std::uint32_t sender) -> std::string {
    if (sender >= wiring.first_sender.back()) return wiring.bundles[wiring.bundle_of[wiring.first_part[sender]]].name;
    const std::uint32_t p = wiring.population_of(sender);
    return absl::StrCat(
        p < wiring.populations.size() && wiring.first_sender[p] < wiring.neurons ? "population " : "source ",
        wiring.populations[p]);
  };
  for (std::uint32_t neuron = 0; neuron < wiring.neurons; ++neuron) {
    if (books.core_of(neuron) != core) continue;
    ++neurons[name(neuron)];
    outputs[name(neuron)] += books.destination_count(neuron);
  }
  const std::uint32_t index_bits =
      wiring.formats_known ? index_bits_for(books.use(core).compartments, chip.limits.index_bits->value) : 0;
  for (std::uint32_t sender = 0; sender < wiring.senders(); ++sender) {
    bool reaches = false;
    for (std::uint32_t part = wiring.first_part[sender]; part < wiring.first_part[sender + 1]; ++part) {
      const auto targets = wiring.targets(part);
      const auto here = static_cast<std::uint64_t>(
          std::count_if(targets.begin(), targets.end(), [&](std::uint32_t t) { return books.core_of(t) == core; }));
      if (here == 0) continue;
      reaches = true;
      const Bundle& bundle = wiring.bundles[wiring.bundle_of[part]];
      memory[bundle.name] += bits_per_axon(here, bundle.format.sum() + index_bits);
    }
    if (reaches) ++inputs[name(sender)];
  }
  return {largest(neurons, "neurons"), largest(memory, "bits"), largest(inputs, "senders"), largest(outputs, "axons")};
}

void fill(const Placement& placement, Accounts& books) {
  std::uint32_t neuron = 0;
  for (const auto& population : placement.core_of) {
    for (const std::uint16_t core : population) books.add(neuron++, core);
  }
}

}  // namespace

std::string with_commas(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string_view name_of(Resource resource) {
  switch (resource) {
    case Resource::kCompartments:
      return "compartments";
    case Resource::kMemory:
      return "bits of synaptic memory";
    case Resource::kInputAxons:
      return "input axons";
    case Resource::kOutputAxons:
      return "output axons";
  }
  return {};
}

std::string_view remedy_for(Resource resource) {
  switch (resource) {
    case Resource::kCompartments:
      return "use fewer neurons per core, or fewer neurons";
    case Resource::kMemory:
      return "use fewer synapses, or fewer neurons per core";
    case Resource::kInputAxons:
      return "let fewer senders reach the core: fewer neurons per core, or a lower indegree";
    case Resource::kOutputAxons:
      return "let its neurons reach fewer cores: --placement traffic, or a lower outdegree";
  }
  return {};
}

std::uint64_t value_of(const CoreUse& use, Resource resource) {
  switch (resource) {
    case Resource::kCompartments:
      return use.compartments;
    case Resource::kMemory:
      return use.synaptic_memory_bits;
    case Resource::kInputAxons:
      return use.input_axons;
    case Resource::kOutputAxons:
      return use.output_axons;
  }
  return 0;
}

const Limits::Number& limit_of(const Limits& limits, Resource resource) {
  switch (resource) {
    case Resource::kMemory:
      return limits.synaptic_memory_bits;
    case Resource::kInputAxons:
      return limits.input_axons;
    case Resource::kOutputAxons:
      return limits.output_axons;
    case Resource::kCompartments:
      break;
  }
  return limits.compartments;
}

std::string describe(const CoreUse& use, Resource resource, const Chip& chip) {
  const Limits::Number& limit = limit_of(chip.limits, resource);
  return absl::StrCat(with_commas(value_of(use, resource)), " ", std::string(name_of(resource)),
                      limit ? absl::StrCat(", at most ", with_commas(limit->value), " (", evidence_of(limit), ")")
                            : ", limit not known");
}

std::vector<CoreUse> core_use(const Wiring& wiring, const Chip& chip, const Placement& placement) {
  Accounts books(wiring, chip);
  fill(placement, books);
  std::vector<CoreUse> all;
  for (std::uint32_t core = 0; core < chip.mesh.core_count(); ++core) all.push_back(books.use(core));
  return all;
}

std::vector<std::string> check_core(std::uint32_t core, const CoreUse& use, const Chip& chip,
                                    const std::array<std::string, 4>& culprits) {
  std::vector<std::string> problems;
  for (const Resource resource : kResources) {
    const Limits::Number& limit = limit_of(chip.limits, resource);
    if (!limit || value_of(use, resource) <= limit->value) continue;
    const std::string& culprit = culprits[static_cast<std::size_t>(resource)];
    problems.push_back(absl::StrCat("core ", core, ": ", describe(use, resource, chip),
                                    culprit.empty() ? "" : "; " + culprit, "; ", std::string(remedy_for(resource))));
  }
  return problems;
}

std::vector<std::string> check_placement(const Wiring& wiring, const Chip& chip, const Placement& placement) {
  std::vector<std::string> problems;
  std::size_t populations = 0;
  while (wiring.first_sender[populations] < wiring.neurons) ++populations;
  if (placement.core_of.size() != populations) {
    return {absl::StrCat("the placement has ", placement.core_of.size(), " populations, the network has ", populations,
                         "; make a placement for this network")};
  }
  const std::uint32_t cores = chip.mesh.core_count();
  for (std::size_t p = 0; p < populations; ++p) {
    const std::uint32_t size = wiring.first_sender[p + 1] - wiring.first_sender[p];
    const auto& places = placement.core_of[p];
    if (places.size() != size) {
      problems.push_back(absl::StrCat("population ", wiring.populations[p], ": ", places.size(), " places for ", size,
                                      " neurons; give every neuron one"));
    }
    const auto beyond = std::find_if(places.begin(), places.end(), [&](std::uint16_t core) { return core >= cores; });
    if (beyond == places.end()) continue;
    problems.push_back(absl::StrCat("population ", wiring.populations[p], ", neuron ", beyond - places.begin(),
                                    ": core ", *beyond, ", but ", chip.name, " has cores 0 to ", cores - 1,
                                    "; choose one of them"));
  }
  if (!problems.empty()) return problems;
  Accounts books(wiring, chip);
  fill(placement, books);
  for (std::uint32_t core = 0; core < books.cores(); ++core) {
    if (!books.exceeded(core)) continue;
    for (std::string& problem : check_core(core, books.use(core), chip, culprits_of(wiring, books, chip, core))) {
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

std::vector<std::string> missing_features(const Network& network, const Wiring& wiring, const Chip& chip) {
  std::vector<std::string> problems = missing_models(network, chip);
  const Limits& limits = chip.limits;
  for (const Bundle& bundle : wiring.bundles) {
    if (!limits.delay_steps || bundle.delay_steps <= static_cast<std::int64_t>(limits.delay_steps->value)) continue;
    problems.push_back(absl::StrCat(bundle.name, ": delay ", bundle.delay_ms, " ms is ", bundle.delay_steps,
                                    " steps beyond the one that every spike takes, at most ", limits.delay_steps->value,
                                    " (", evidence_of(limits.delay_steps), "); shorten the delay or lengthen --step"));
  }
  if (limits.neurons && wiring.neurons > limits.neurons->value) {
    problems.push_back(absl::StrCat(with_commas(wiring.neurons), " neurons, at most ",
                                    with_commas(limits.neurons->value), " a chip (", evidence_of(limits.neurons),
                                    "); use fewer"));
  }
  if (limits.synapses && wiring.out.size() > limits.synapses->value) {
    problems.push_back(absl::StrCat(with_commas(wiring.out.size()), " synapses, at most ",
                                    with_commas(limits.synapses->value), " a chip (", evidence_of(limits.synapses),
                                    "); use fewer"));
  }
  return problems;
}

std::string missing_payload(std::string_view sender, std::uint32_t bits, const Chip& chip) {
  const Limits::Number& limit = chip.limits.graded_spike_bits;
  if (!limit || bits <= limit->value) return {};
  return absl::StrCat(std::string(sender), ": graded spikes of ", bits, " bits, but spikes of ", chip.name, " carry ",
                      limit->value == 0 ? std::string("none") : absl::StrCat("at most ", limit->value), " (",
                      evidence_of(limit), "); send single spikes, or choose a chip with graded ones");
}

std::string delay_note(std::string_view bundle, std::int64_t delay_steps, const Chip& chip) {
  const auto& guaranteed = chip.limits.delay_steps_guaranteed;
  if (!guaranteed || delay_steps <= static_cast<std::int64_t>(guaranteed->value)) return {};
  return absl::StrCat(std::string(bundle), ": ", delay_steps, " steps of delay are more than ", guaranteed->value,
                      " and cost compartments; how many is not known and not checked");
}

std::vector<std::string> unchecked(const Wiring& wiring, const Chip& chip) {
  std::vector<std::string> notes;
  for (const Resource resource : kResources) {
    if (limit_of(chip.limits, resource)) continue;
    notes.push_back(absl::StrCat(std::string(name_of(resource)), ": not checked, ", chip.name, " has no known limit"));
  }
  if (chip.limits.synaptic_memory_bits && !wiring.formats_known) {
    notes.push_back(absl::StrCat("bits of synaptic memory: not checked, how ", chip.name,
                                 " stores a synapse is not known (stored_weight_bits, index_bits)"));
  }
  if (!chip.limits.neuron_models) notes.push_back("neuron models: not checked, which ones fit is not known");
  if (!chip.limits.delay_steps) notes.push_back("delays: not checked, the longest one is not known");
  for (const Bundle& bundle : wiring.bundles) {
    if (std::string note = delay_note(bundle.name, bundle.delay_steps, chip); !note.empty()) {
      notes.push_back(std::move(note));
    }
    if (bundle.rounded) {
      notes.push_back(
          absl::StrCat(bundle.name, ": its delays are no multiples of the step and were counted to the nearest"));
    }
  }
  return notes;
}

}  // namespace volley::hardware
