#include "apps/volley/report.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/volley/values.h"

namespace volley::app {
namespace {

std::string population_table(const SessionResult& result) {
  std::vector<std::vector<std::string>> rows{{"population", "neurons", "spikes", "rate", "CV of intervals"}};
  for (const SessionPopulation& entry : result.populations) {
    const std::string kind = entry.counters.is_source ? " (source)" : entry.replayed ? " (replayed)" : "";
    rows.push_back({entry.counters.name + kind, with_commas(entry.counters.size), with_commas(entry.firing.spikes),
                    absl::StrCat(short_number(entry.firing.rate_hz), " Hz"),
                    entry.firing.cv ? absl::StrFormat("%.2f", *entry.firing.cv) : "-"});
  }
  return align(rows, "lrrrr");
}

std::string energy_lines(const hardware::EnergyReport& energy) {
  std::string text = absl::StrCat("energy on ", energy.chip, ", estimated: ", short_energy(energy.total_pj), " (table ",
                                  energy.table, ", ", energy.basis, "; step ", short_time(energy.step), ")\n");
  for (const hardware::EnergyGroup& group : hardware::grouped(energy, hardware::GroupBy::kUnit)) {
    if (group.energy_pj <= 0) continue;
    absl::StrAppend(&text, "  ", group.name, " ", short_energy(group.energy_pj), ", ",
                    absl::StrFormat("%.1f%%", 100 * group.energy_pj / energy.total_pj), "\n");
  }
  if (energy.static_part && energy.static_part->energy_pj) {
    absl::StrAppend(&text, "  not included: static ", short_energy(*energy.static_part->energy_pj), " (",
                    short_number(*energy.static_part->power_mw), " mW a chip, ",
                    std::string(hardware::name_of(energy.static_part->evidence)), ")\n");
  }
  return text;
}

}  // namespace

std::string run_report(const SessionResult& result) {
  const double reached = to_seconds(result.reached);
  const double bytes_each = result.memory.synapses == 0 ? 0
                                                        : static_cast<double>(result.memory.synapse_bytes) /
                                                              static_cast<double>(result.memory.synapses);
  std::string text =
      absl::StrCat(result.network.empty() ? "network" : result.network, ": ", short_time(result.reached),
                   " simulated in ", short_seconds(result.run_seconds), " (",
                   result.run_seconds > 0 ? short_number(reached / result.run_seconds) : std::string("inf"),
                   "x real time), built in ", short_seconds(result.build_seconds), "\n",
                   with_commas(result.memory.synapses), " synapses in ", short_bytes(result.memory.synapse_bytes),
                   result.memory.synapses == 0 ? "" : absl::StrCat(" (", short_number(bytes_each), " bytes each)"),
                   ", seed ", result.seed, ", ", result.threads, result.threads == 1 ? " thread" : " threads", "\n\n",
                   population_table(result));
  // A placed run has one energy, that of its ledger.
  if (result.energy && !result.placed) absl::StrAppend(&text, "\n", energy_lines(*result.energy));
  if (!result.raster.empty()) absl::StrAppend(&text, "\n", result.raster);
  return text;
}

void say_after_run(const SessionResult& result, Console& console) {
  for (const std::string& reason : result.silent) console.warn(reason);
  if (result.interrupted) {
    console.say(absl::StrCat("interrupted at ", short_time(result.reached), " of ", short_time(result.until),
                             result.written
                                 ? absl::StrCat("; ", result.written->path, " is closed and readable up to there")
                                 : std::string()));
  }
  for (const WrittenWeights& weights : result.weights) {
    console.say(absl::StrCat("wrote ", weights.file.path, " (", with_commas(weights.synapses), " synapses of ",
                             weights.file.projection, "); to begin with them: edges: {file: ", weights.file.path, "}"));
  }
  if (result.written) {
    console.say(absl::StrCat("wrote ", result.written->path, " (", with_commas(result.written->spikes), " spikes, ",
                             short_bytes(result.written->bytes), "); next: volley energy ", result.written->path,
                             " --chip loihi"));
  }
}

}  // namespace volley::app
