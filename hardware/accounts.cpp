#include "hardware/accounts.h"

#include <algorithm>

namespace volley::hardware {

Accounts::Accounts(const Wiring& wiring, const Chip& chip)
    : wiring_(wiring),
      limits_(chip.limits),
      core_of_(wiring.neurons, kNowhere),
      synapses_(wiring.sender_of.size()),
      axons_(wiring.senders()) {
  if (wiring.formats_known) index_sizes_ = chip.limits.index_bits->value;
}

Accounts::Core& Accounts::core_at(std::uint32_t core) {
  while (cores_.size() <= core) cores_.emplace_back().memory.resize(index_sizes_.size());
  return cores_[core];
}

void Accounts::count_hops(std::vector<double> rate_of_neuron, const Mesh& mesh) {
  rate_ = std::move(rate_of_neuron);
  mesh_ = &mesh;
}

void Accounts::change_outputs(std::uint32_t core, std::uint64_t axons, bool more) {
  Core& books = cores_[core];
  const auto over = [&] { return limits_.output_axons && books.output_axons > limits_.output_axons->value; };
  const bool before = over();
  books.output_axons = more ? books.output_axons + axons : books.output_axons - axons;
  if (over() != before) over_output_ += before ? -1 : 1;
}

void Accounts::open_axon(std::uint32_t sender, std::uint32_t core, bool open) {
  cores_[core].input_axons += open ? 1 : -1;
  if (sender >= wiring_.neurons || core_of_[sender] == kNowhere) return;
  change_outputs(core_of_[sender], 1, open);
  if (mesh_ != nullptr) spike_hops_ += (open ? 1 : -1) * hop_cost(sender, core_of_[sender], core);
}

std::vector<Accounts::Count>::iterator Accounts::find_core(std::vector<Count>& counts, std::uint32_t core) {
  for (auto at = counts.end(); at != counts.begin();) {
    if ((--at)->core == core) return at;
  }
  return counts.end();
}

void Accounts::change(std::uint32_t part, std::uint32_t core, bool more) {
  auto& counts = synapses_[part];
  auto at = find_core(counts, core);
  if (at == counts.end()) at = counts.insert(at, {core, 0});
  const std::uint32_t before = at->n, after = more ? before + 1 : before - 1;
  const std::uint32_t bits = wiring_.bundles[wiring_.bundle_of[part]].format.sum();
  std::vector<std::uint64_t>& memory = cores_[core].memory;
  for (std::size_t size = 0; size < memory.size(); ++size) {
    memory[size] += bits_per_axon(after, bits + index_sizes_[size]) - bits_per_axon(before, bits + index_sizes_[size]);
  }
  at->n = after;
  if (before != 0 && after != 0) return;
  if (after == 0) counts.erase(at);
  const std::uint32_t sender = wiring_.sender_of[part];
  auto& axons = axons_[sender];
  auto axon = find_core(axons, core);
  if (more) {
    if (axon == axons.end()) {
      axons.push_back({core, 1});
      open_axon(sender, core, true);
    } else {
      ++axon->n;
    }
  } else if (--axon->n == 0) {
    axons.erase(axon);
    open_axon(sender, core, false);
  }
}

void Accounts::add(std::uint32_t neuron, std::uint32_t core) {
  Core& books = core_at(core);
  ++books.compartments;
  core_of_[neuron] = core;
  change_outputs(core, axons_[neuron].size(), true);
  if (mesh_ != nullptr) {
    for (const Count& axon : axons_[neuron]) spike_hops_ += hop_cost(neuron, core, axon.core);
  }
  for (const std::uint32_t part : wiring_.incoming(neuron)) change(part, core, true);
}

void Accounts::remove(std::uint32_t neuron) {
  const std::uint32_t core = core_of_[neuron];
  for (const std::uint32_t part : wiring_.incoming(neuron)) change(part, core, false);
  if (mesh_ != nullptr) {
    for (const Count& axon : axons_[neuron]) spike_hops_ -= hop_cost(neuron, core, axon.core);
  }
  change_outputs(core, axons_[neuron].size(), false);
  core_of_[neuron] = kNowhere;
  --cores_[core].compartments;
}

CoreUse Accounts::use(std::uint32_t core) const {
  if (core >= cores_.size()) return {};
  const Core& books = cores_[core];
  CoreUse use{.compartments = books.compartments, .input_axons = books.input_axons, .output_axons = books.output_axons};
  if (!index_sizes_.empty()) {
    const std::uint32_t bits = index_bits_for(books.compartments, index_sizes_);
    const auto at = std::find(index_sizes_.begin(), index_sizes_.end(), bits);
    use.synaptic_memory_bits = books.memory[static_cast<std::size_t>(at - index_sizes_.begin())];
  }
  return use;
}

std::vector<std::uint32_t> Accounts::destinations(std::uint32_t sender) const {
  std::vector<std::uint32_t> cores;
  for (const Count& axon : axons_[sender]) cores.push_back(axon.core);
  return cores;
}

std::optional<Resource> exceeded(const CoreUse& use, const Limits& limits, double scale) {
  const auto over = [&](std::uint64_t value, const Limits::Number& limit) {
    return limit && static_cast<double>(value) > static_cast<double>(limit->value) * scale;
  };
  if (over(use.compartments, limits.compartments)) return Resource::kCompartments;
  if (over(use.synaptic_memory_bits, limits.synaptic_memory_bits)) return Resource::kMemory;
  if (over(use.input_axons, limits.input_axons)) return Resource::kInputAxons;
  if (over(use.output_axons, limits.output_axons)) return Resource::kOutputAxons;
  return std::nullopt;
}

}  // namespace volley::hardware
