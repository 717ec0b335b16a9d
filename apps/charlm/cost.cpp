#include "apps/charlm/cost.h"

#include <cmath>

#include "hardware/chip_library.h"
#include "hardware/energy.h"

namespace volley::charlm {
namespace {

constexpr double kAddPj = 0.9, kMultiplyPj = 3.7;  // Horowitz 2014, ISSCC, 32-bit floating point at 45 nm
constexpr double kMacPj = kAddPj + kMultiplyPj;
constexpr double kSourceSpikingPj = 0.5, kSourceDensePj = 5;  // of the source; it cites nobody

// A ledger of this many characters, so that means keep their digits as whole counts.
constexpr double kCharacters = 1e6;

std::uint64_t whole(double per_character) {
  return static_cast<std::uint64_t>(std::llround(per_character * kCharacters));
}

hardware::Ledger ledger_of(const Work& work, std::uint32_t neurons, std::uint32_t ticks) {
  hardware::Ledger ledger;
  ledger.step = kTick;
  ledger.steps = whole(ticks);
  ledger.duration = static_cast<std::int64_t>(ledger.steps) * kTick;
  hardware::PopulationActivity activity;
  activity.name = "reservoir";
  activity.neurons = neurons;
  activity.synaptic_operations = whole(work.synaptic_events);
  activity.drive_operations = whole(work.input_events * ticks);  // no current is held: an input spikes in every tick
  activity.spikes = activity.updates_active = whole(work.spikes);
  activity.updates_inactive = whole(static_cast<double>(neurons) * ticks) - activity.updates_active;
  ledger.populations = {activity};
  return ledger;
}

}  // namespace

Work work_of(const Activity& activity, std::uint32_t neurons, double dense_operations, double readout) {
  const auto characters = static_cast<double>(activity.characters);
  Work work;
  work.dense_operations = dense_operations;
  work.readout_operations = readout;
  if (activity.ticks == 0) return work;
  work.spikes = static_cast<double>(activity.spikes) / characters;
  work.synaptic_events = static_cast<double>(activity.synaptic_events) / characters;
  work.input_events = static_cast<double>(activity.onsets) * neurons / characters;
  work.neuron_updates = static_cast<double>(activity.neuron_updates) / characters;
  work.firing = static_cast<double>(activity.spikes) / (static_cast<double>(activity.ticks) * neurons);
  return work;
}

absl::StatusOr<std::vector<EnergyOfCharacter>> energy_of(const Work& work, std::uint32_t neurons, std::uint32_t ticks) {
  std::vector<EnergyOfCharacter> all;
  const bool spiking = work.dense_operations == 0;
  const double events = work.synaptic_events + work.input_events;
  all.push_back({"source", "assumed", spiking ? events * kSourceSpikingPj : work.dense_operations * kSourceDensePj,
                 work.readout_operations * (spiking ? kSourceSpikingPj : kSourceDensePj)});
  // An update multiplies by the leak and adds the held current and the input.
  all.push_back(
      {"45nm", "published",
       spiking ? events * kAddPj + work.neuron_updates * (kMultiplyPj + 2 * kAddPj) : work.dense_operations * kMacPj,
       work.readout_operations * kMacPj});
  const absl::StatusOr<hardware::Chip> loihi = hardware::shipped_chip("loihi");
  if (!loihi.ok()) return loihi.status();
  for (const char* name : {"davies2018", "fitted"}) {
    EnergyOfCharacter entry{
        name, name == std::string("fitted") ? "fitted" : "published", {}, work.readout_operations * kMacPj};
    if (spiking) {
      entry.network_pj =
          hardware::price(ledger_of(work, neurons, ticks), *loihi, *loihi->table(name)).total_pj / kCharacters;
    }
    all.push_back(entry);
  }
  return all;
}

}  // namespace volley::charlm
