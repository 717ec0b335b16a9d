#include "hardware/chip_ledger.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"

namespace volley::hardware {
namespace {

void add(const PartCounts& counts, PartCounts& sum) {
  sum.synaptic_operations += counts.synaptic_operations;
  sum.updates_firing += counts.updates_firing;
  sum.spikes += counts.spikes;
  sum.messages_out += counts.messages_out;
  sum.messages_in += counts.messages_in;
  sum.learning_updates += counts.learning_updates;
}

}  // namespace

LedgerWindow ChipLedger::total() const {
  LedgerWindow sum;
  sum.parts.resize(parts.size());
  std::map<std::pair<std::uint32_t, Direction>, std::uint64_t> links;
  for (const LedgerWindow& window : windows) {
    sum.steps += window.steps;
    for (std::size_t p = 0; p < parts.size(); ++p) add(window.parts[p], sum.parts[p]);
    for (const LedgerLink& link : window.links) links[{link.tile, link.direction}] += link.messages;
  }
  for (const auto& [where, messages] : links) sum.links.push_back({where.first, where.second, messages});
  return sum;
}

std::string ChipLedger::problem() const {
  const LedgerWindow all = total();
  const auto differs = [](const char* what, std::uint64_t parts_sum, const std::vector<std::uint64_t>& per_step) {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : per_step) sum += n;
    return sum == parts_sum
               ? std::string()
               : absl::StrFormat("%s: %d by part, %d by step; the ledger is damaged", what, parts_sum, sum);
  };
  PartCounts sum;
  for (const PartCounts& p : all.parts) add(p, sum);
  std::uint64_t east_west = 0, north_south = 0;
  for (const LedgerLink& link : all.links) {
    (is_east_west(link.direction) ? east_west : north_south) += link.messages;
  }
  if (all.steps != steps) {
    return absl::StrFormat("steps: %d in windows, %d in all; the ledger is damaged", all.steps, steps);
  }
  if (sum.messages_in != sum.messages_out + outside_messages) {
    return absl::StrFormat("messages: %d into cores, %d out of cores and %d from outside; the ledger is damaged",
                           sum.messages_in, sum.messages_out, outside_messages);
  }
  for (const std::string& found :
       {differs("synaptic operations", sum.synaptic_operations, by_step.synaptic_operations),
        differs("firing updates", sum.updates_firing, by_step.updates_firing),
        differs("spikes", sum.spikes, by_step.spikes), differs("messages", sum.messages_out, by_step.messages),
        differs("messages into cores", sum.messages_in, by_step.messages_in),
        differs("learning updates", sum.learning_updates, by_step.learning_updates),
        differs("hops east-west", east_west, by_step.hops_east_west),
        differs("hops north-south", north_south, by_step.hops_north_south)}) {
    if (!found.empty()) return found;
  }
  return "";
}

LedgerCounter::LedgerCounter(const Simulation& simulation, const AxonTable& axons, const Placement& placement,
                             const Mesh& mesh, std::string chip, Duration step, std::uint64_t window_steps)
    : simulation_(simulation),
      axons_(axons),
      mesh_(mesh),
      window_steps_(window_steps),
      carried_(mesh.tile_count() * kDirections) {
  ledger_.chip = std::move(chip);
  ledger_.placement = placement.method;
  ledger_.step = step;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> sizes;  // (core, population) -> neurons
  for (std::uint32_t p = 0; p < placement.core_of.size(); ++p) {
    ledger_.populations.push_back(simulation.network().populations[p].name);
    for (const std::uint16_t core : placement.core_of[p]) {
      ++sizes[{core, p}];
      core_of_.push_back(core);
    }
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> number;
  std::set<std::uint32_t> cores, tiles;
  for (const auto& [where, neurons] : sizes) {
    number[where] = static_cast<std::uint32_t>(ledger_.parts.size());
    ledger_.parts.push_back({where.first, where.second, neurons});
    cores.insert(where.first);
    tiles.insert(mesh.tile_of(where.first));
  }
  ledger_.cores_used = static_cast<std::uint32_t>(cores.size());
  ledger_.tiles_used = static_cast<std::uint32_t>(tiles.size());

  // A part is to the axon table what a core is: a place that neurons sit on.
  Placement parts{.method = placement.method, .core_of = placement.core_of};
  for (std::uint32_t p = 0; p < parts.core_of.size(); ++p) {
    for (std::uint16_t& core : parts.core_of[p]) {
      core = static_cast<std::uint16_t>(number[{core, p}]);
      part_of_.push_back(core);
    }
  }
  parts_of_axons_ = make_axon_table(simulation, parts);
  count_learning(parts);

  per_spike_.resize(axons.first_sender.back());
  fired_.resize(per_spike_.size());
  firing_.resize(per_spike_.size());
  for (std::uint32_t sender = 0; sender < per_spike_.size(); ++sender) {
    PerSpike& counts = per_spike_[sender];
    counts.outside = sender >= core_of_.size();
    for (const Axon& axon : axons.of(sender)) {
      counts.operations += axon.synapses;
      ++counts.messages;
      if (counts.outside) continue;
      const Hops hops = mesh.hops(core_of_[sender], axon.core);
      counts.hops_east_west += hops.east_west;
      counts.hops_north_south += hops.north_south;
    }
    if (learns_.empty()) continue;
    if (!counts.outside) counts.learning = learns_[sender];
    for (const Axon& axon : learning_axons_.of(sender)) counts.learning += axon.synapses;
  }
}

void LedgerCounter::count_learning(const Placement& parts) {
  std::vector<bool> learns;
  for (const ProjectionSpec& projection : simulation_.network().projections) {
    learns.push_back(projection.plasticity && !projection.plasticity->frozen);
  }
  if (std::find(learns.begin(), learns.end(), true) == learns.end()) return;
  learning_axons_ = make_axon_table(simulation_, parts, &learns);
  learns_.resize(core_of_.size());
  simulation_.for_each_synapse_group([&](PopulationId target, std::uint32_t first, const SynapseGroup& group) {
    if (!learns[group.projection]) return;
    const std::uint32_t begin = axons_.first_sender[index_of(target)] + first;
    for (std::size_t k = 0; k < group.target.size(); ++k) ++learns_[begin + group.target[k]];
  });
}

void LedgerCounter::on_step(std::uint64_t, std::span<const std::uint32_t> senders) {
  std::uint64_t operations = 0, firing = 0, spikes = 0, messages = 0, into = 0, learning = 0, across = 0, along = 0;
  for (std::size_t i = 0; i < senders.size(); ++i) {
    const std::uint32_t sender = senders[i];
    const PerSpike& counts = per_spike_[sender];
    ++fired_[sender];
    operations += counts.operations;
    into += counts.messages;
    learning += counts.learning;
    if (counts.outside) {
      ledger_.outside_messages += counts.messages;
      continue;
    }
    ++spikes;
    if (i == 0 || senders[i - 1] != sender) {
      ++firing;
      ++firing_[sender];
    }
    messages += counts.messages;
    across += counts.hops_east_west;
    along += counts.hops_north_south;
  }
  StepCounts& by_step = ledger_.by_step;
  by_step.synaptic_operations.push_back(operations);
  by_step.updates_firing.push_back(firing);
  by_step.spikes.push_back(spikes);
  by_step.messages.push_back(messages);
  by_step.messages_in.push_back(into);
  by_step.learning_updates.push_back(learning);
  by_step.hops_east_west.push_back(across);
  by_step.hops_north_south.push_back(along);
  ++ledger_.steps;
  if (++in_window_ == window_steps_) close_window();
}

// Along x first, then along y, as the routers do.
void LedgerCounter::count_route(std::uint32_t from_tile, std::uint32_t to_tile, std::uint64_t messages) {
  Position at = mesh_.position_of_tile(from_tile);
  const Position to = mesh_.position_of_tile(to_tile);
  while (at != to) {
    const Direction direction = at.x != to.x ? (at.x < to.x ? Direction::kEast : Direction::kWest)
                                             : (at.y < to.y ? Direction::kSouth : Direction::kNorth);
    const std::uint32_t tile = mesh_.tile_at(at);
    carried_[tile * kDirections + static_cast<std::uint32_t>(direction)] += messages;
    at = mesh_.position_of_tile(*mesh_.neighbour(tile, direction));
  }
}

void LedgerCounter::close_window() {
  LedgerWindow window;
  window.steps = std::exchange(in_window_, 0);
  window.parts.resize(ledger_.parts.size());
  std::fill(carried_.begin(), carried_.end(), 0);
  for (std::uint32_t sender = 0; sender < fired_.size(); ++sender) {
    const std::uint64_t spikes = std::exchange(fired_[sender], 0);
    if (spikes == 0) continue;
    const bool outside = per_spike_[sender].outside;
    if (!outside) {
      PartCounts& own = window.parts[part_of_[sender]];
      own.spikes += spikes;
      own.updates_firing += std::exchange(firing_[sender], 0);
      own.messages_out += spikes * per_spike_[sender].messages;
      if (!learns_.empty()) own.learning_updates += spikes * learns_[sender];
      for (const Axon& axon : axons_.of(sender)) {
        count_route(mesh_.tile_of(core_of_[sender]), mesh_.tile_of(axon.core), spikes);
      }
    }
    if (!learns_.empty()) {
      for (const Axon& reached : learning_axons_.of(sender)) {
        window.parts[reached.core].learning_updates += spikes * reached.synapses;
      }
    }
    std::uint32_t previous = ~std::uint32_t{0};
    for (const Axon& reached : parts_of_axons_.of(sender)) {
      PartCounts& there = window.parts[reached.core];
      there.synaptic_operations += spikes * reached.synapses;
      const std::uint32_t core = ledger_.parts[reached.core].core;
      if (core != previous) there.messages_in += spikes;
      previous = core;
    }
  }
  for (std::uint32_t i = 0; i < carried_.size(); ++i) {
    if (carried_[i] == 0) continue;
    window.links.push_back({i / kDirections, static_cast<Direction>(i % kDirections), carried_[i]});
  }
  ledger_.windows.push_back(std::move(window));
}

ChipLedger LedgerCounter::finish() {
  if (in_window_ > 0 || ledger_.windows.empty()) close_window();
  for (const PopulationCounters& entry : simulation_.counters()) {
    if (!entry.is_source) ledger_.drive_events.push_back(entry.counts.external_events);
  }
  return std::move(ledger_);
}

}  // namespace volley::hardware
