#include "apps/volley/json_reports.h"

#include "apps/volley/json_values.h"

namespace volley::app {
namespace {

Json population_json(const SessionPopulation& entry) {
  const SliceCounters& counts = entry.counters.counts;
  Json json{{"name", entry.counters.name},
            {"kind", entry.counters.is_source ? "source" : "population"},
            {"neurons", entry.counters.size},
            {"spikes", entry.firing.spikes},
            {"rate_hz", entry.firing.rate_hz},
            {"cv", optional(entry.firing.cv)},
            {"cv_neurons", entry.firing.regularity_neurons}};
  if (entry.replayed) json["replayed"] = true;
  if (!entry.counters.is_source) {
    json["synaptic_events"] = counts.synaptic_events;
    json["external_events"] = counts.external_events;
    json["neuron_updates"] = counts.neuron_updates;
  }
  return json;
}

Json inputs_json(const std::vector<io::InputFile>& inputs) {
  Json json = Json::array();
  for (const io::InputFile& input : inputs) json.push_back({{"path", input.path}, {"sha256", input.sha256}});
  return json;
}

Json chip_json(const OnChip& on_chip) {
  Json json{{"name", on_chip.chip.name},
            {"step_ms", to_ms(on_chip.step)},
            {"populations", Json::array()},
            {"notes", on_chip.notes},
            {"roundings", Json::array()}};
  for (const hardware::QuantisedPopulation& p : on_chip.populations) {
    Json entry{{"name", p.name}, {"was_integer", p.units_per_mv == 0}};
    if (p.units_per_mv != 0) entry.update({{"units_per_mv", p.units_per_mv}, {"floor_mv", p.floor_mv}});
    json["populations"].push_back(std::move(entry));
  }
  for (const hardware::Rounding& r : on_chip.roundings) {
    json["roundings"].push_back({{"thing", r.thing},
                                 {"parameter", r.parameter},
                                 {"asked", r.asked},
                                 {"got", r.got},
                                 {"unit", r.unit},
                                 {"relative_error", r.relative_error},
                                 {"field", r.field}});
  }
  return json;
}

Json readout_json(const std::string& population, const ReadoutScore& score) {
  return {{"population", population}, {"windows", score.windows}, {"correct", score.correct}, {"silent", score.silent}};
}

Json gap_json(const Gap& gap) {
  Json json{{"beside", "exact"}, {"step_ms", to_ms(gap.step)}, {"populations", Json::array()}};
  for (const PopulationGap& p : gap.populations) {
    json["populations"].push_back({{"name", p.name},
                                   {"neurons", p.neurons},
                                   {"spikes", p.chip},
                                   {"spikes_exact", p.exact},
                                   {"rate_hz", p.chip_hz},
                                   {"rate_exact_hz", p.exact_hz},
                                   {"spike_ratio", optional(p.ratio)},
                                   {"f1", optional(p.f1)},
                                   {"rate_correlation", optional(p.correlation)}});
  }
  json["readout"] = nullptr;
  if (gap.readout) {
    json["readout"] = {{"chip", readout_json(gap.readout->population, gap.readout->chip)},
                       {"exact", readout_json(gap.readout->population, gap.readout->exact)},
                       {"agreements", gap.readout->agreements}};
  }
  return json;
}

Json placed_json(const PlacedResult& placed) {
  const auto nanoseconds = [](const std::vector<Duration>& times) {
    Json column = Json::array();
    for (const Duration d : times) column.push_back(static_cast<double>(d.count()) / 1e3);
    return column;
  };
  Json json{{"chip", placed.chip},
            {"placement", placed.placement.method},
            {"cores", placed.ledger.cores_used},
            {"tiles", placed.ledger.tiles_used},
            {"steps", placed.ledger.steps},
            {"time_table", placed.time_table},
            {"unset_times", placed.unset_times},
            {"network_not_timed", placed.no_mesh.empty() ? Json() : Json(placed.no_mesh)},
            {"barrier_ns", placed.barrier ? Json(static_cast<double>(placed.barrier->count()) / 1e3) : Json()},
            {"barriered_ns", static_cast<double>(placed.barriered.count()) / 1e3},
            {"barrier_free_ns", static_cast<double>(placed.barrier_free.count()) / 1e3},
            {"step_simple_ns", nanoseconds(placed.times.simple)},
            {"step_mesh_ns", nanoseconds(placed.times.mesh)},
            {"last_core", placed.times.mesh.empty() ? placed.times.simple_last_core : placed.times.last_core},
            {"busiest_link_tile", placed.times.busiest_tile},
            {"busiest_link_direction", Json::array()},
            {"busiest_link_messages", placed.times.busiest_messages},
            {"energy", Json::array()}};
  for (const hardware::Direction d : placed.times.busiest_direction) {
    json["busiest_link_direction"].push_back(std::string(hardware::name_of(d)));
  }
  std::uint64_t drives = 0;
  for (const std::uint64_t events : placed.ledger.drive_events) drives += events;
  json["drive_events"] = drives;  // in no energy of these
  for (const hardware::ChipEnergy& energy : placed.energy) {
    json["energy"].push_back({{"table", energy.table}, {"dynamic_pj", energy.total_pj}});
  }
  return json;
}

}  // namespace

std::string json_of(const SessionResult& result, std::string_view schema, const RunExtras& extras) {
  Json json{
      {"schema", std::string(schema)},
      {"version", VOLLEY_VERSION},
      {"network", result.network},
      {"outcome", result.interrupted ? "interrupted" : "complete"},
      {"seed", result.seed},
      {"threads", result.threads},
      {"until_ms", to_ms(result.until)},
      {"reached_ms", to_ms(result.reached)},
      {"build_seconds", result.build_seconds},
      {"build_cpu_seconds", result.build_cpu_seconds},
      {"run_seconds", result.run_seconds},
      {"run_cpu_seconds", result.run_cpu_seconds},
      {"real_time_factor", result.run_seconds > 0 ? Json(to_seconds(result.reached) / result.run_seconds) : Json()},
      {"synapses", result.memory.synapses},
      {"synapse_bytes", result.memory.synapse_bytes},
      {"populations", Json::array()}};
  for (const SessionPopulation& entry : result.populations) json["populations"].push_back(population_json(entry));
  json["silent"] = result.silent;
  json["energy"] = result.energy ? energy_json(*result.energy, hardware::GroupBy::kUnit) : Json();
  // Of a placed run, "placed" has the energies that the report prints; this one knows no cores.
  if (result.energy) json["energy"]["counts"] = "by population, with events of drives as synaptic operations";
  json["recording"] = nullptr;
  if (result.written) {
    json["recording"] = {
        {"path", result.written->path}, {"spikes", result.written->spikes}, {"bytes", result.written->bytes}};
  }
  for (const WrittenWeights& weights : result.weights) {
    json["saved_weights"].push_back(
        {{"projection", weights.file.projection}, {"path", weights.file.path}, {"synapses", weights.synapses}});
  }
  if (extras.on_chip) json["chip"] = chip_json(*extras.on_chip);
  if (result.placed) json["placed"] = placed_json(*result.placed);
  if (!result.why_unplaced.empty()) json["why_unplaced"] = result.why_unplaced;
  if (extras.gap) json["gap"] = gap_json(*extras.gap);
  if (extras.readout) json["readout"] = readout_json(extras.readout_population, *extras.readout);
  return text_of(json);
}

std::string json_of(const Comparison& comparison, std::string_view schema, std::string_view a, std::string_view b) {
  Json json{{"schema", std::string(schema)}, {"version", VOLLEY_VERSION},   {"a", std::string(a)},
            {"b", std::string(b)},           {"equal", comparison.equal()}, {"populations", Json::array()}};
  for (const PopulationComparison& entry : comparison.populations) {
    Json one{{"name", entry.name},
             {"equal", entry.equal()},
             {"spikes_a", optional(entry.spikes_a)},
             {"spikes_b", optional(entry.spikes_b)},
             {"unmatched", entry.unmatched},
             {"first_difference", nullptr}};
    if (entry.first) {
      one["first_difference"] = {{"neuron", entry.first->neuron},
                                 {"in", entry.first->in_a ? "a" : "b"},
                                 {"ms", to_ms(entry.first->at)},
                                 {"ps", entry.first->at.time_since_epoch().count()},
                                 {"other_ms", entry.first->instead ? Json(to_ms(*entry.first->instead)) : Json()}};
    }
    json["populations"].push_back(std::move(one));
  }
  return text_of(json);
}

std::string json_of(const io::RecordingInfo& info, std::string_view file) {
  Json json{{"schema", "volley.info/1"},
            {"file", std::string(file)},
            {"kind", info.is_volley ? "recording" : "sonata"},
            {"recorded_spikes", info.recorded_spikes}};
  if (!info.is_volley) return text_of(json);
  json.update({{"version", info.version},
               {"build", info.build},
               {"command_line", info.command_line},
               {"outcome", info.outcome},
               {"error", info.error},
               {"started", info.started},
               {"finished", info.finished},
               {"seed", info.seed},
               {"threads", info.threads},
               {"until_ms", info.until_ms},
               {"reached_ms", info.reached_ms},
               {"inputs", inputs_json(info.inputs)}});
  json["populations"] = Json::array();
  for (const PopulationCounters& entry : info.populations) {
    json["populations"].push_back({{"name", entry.name},
                                   {"kind", entry.is_source ? "source" : "population"},
                                   {"neurons", entry.size},
                                   {"spikes", entry.counts.spikes},
                                   {"synaptic_events", entry.counts.synaptic_events},
                                   {"external_events", entry.counts.external_events},
                                   {"neuron_updates", entry.counts.neuron_updates}});
  }
  json["projections"] = Json::array();
  for (const io::ProjectionCounters& entry : info.projections) {
    json["projections"].push_back({{"name", entry.name},
                                   {"source", entry.source},
                                   {"target", entry.target},
                                   {"synaptic_events", entry.synaptic_events}});
  }
  json["reports"] = Json::array();
  for (const io::RecordedReport& report : info.reports) {
    json["reports"].push_back({{"population", report.population},
                               {"projection", report.projection.empty() ? Json() : Json(report.projection)},
                               {"variable", report.variable},
                               {"unit", report.unit},
                               {"columns", report.columns},
                               {"samples", report.samples}});
  }
  return text_of(json);
}

std::string json_of(const CheckResult& result) {
  Json json{{"schema", "volley.check/1"},
            {"version", VOLLEY_VERSION},
            {"file", result.file},
            {"ok", result.problems.empty()},
            {"problems", result.problems}};
  if (!result.resolved.empty()) json["resolved"] = result.resolved;
  if (result.fit) {
    const FitResult& fit = *result.fit;
    json["fit"] = {{"chip", fit.chip},
                   {"fits", fit.problems.empty()},
                   {"placement_method", fit.method},
                   {"cores_used", fit.cores_used},
                   {"cores", fit.cores},
                   {"spike_hops_per_second", fit.spike_hops_per_second},
                   {"notes", fit.notes},
                   {"placement", fit.placement}};
  }
  return text_of(json);
}

std::string json_of_network(const io::RunPlan& plan, std::string_view file) {
  Json json{{"schema", "volley.info/1"}, {"file", std::string(file)}, {"kind", "network"},
            {"name", plan.network.name}, {"seed", plan.seed},         {"until_ms", to_ms(plan.until)}};
  json["populations"] = Json::array();
  for (const PopulationSpec& entry : plan.network.populations) {
    json["populations"].push_back({{"name", entry.name}, {"model", entry.model}, {"neurons", entry.size}});
  }
  json["sources"] = Json::array();
  for (const SourceSpec& entry : plan.network.sources) {
    json["sources"].push_back({{"name", entry.name}, {"neurons", entry.size}});
  }
  json["projections"] = Json::array();
  for (const ProjectionSpec& entry : plan.network.projections) {
    json["projections"].push_back({{"name", entry.name}, {"source", entry.source}, {"target", entry.target}});
  }
  json["drives"] = plan.network.drives.size();
  json["inputs"] = inputs_json(plan.inputs);
  return text_of(json);
}

std::string json_of(const SpikeFileSummary& summary) {
  Json json{{"schema", "volley.info/1"},
            {"file", summary.file},
            {"kind", "spikes"},
            {"format", summary.format},
            {"spikes", summary.spikes}};
  if (summary.spikes > 0) {
    json.update({{"highest_neuron", summary.highest_neuron},
                 {"first_ms", to_ms(summary.first)},
                 {"last_ms", to_ms(summary.last)}});
  }
  return text_of(json);
}

std::string json_of(std::string_view kind, const std::vector<ListEntry>& entries) {
  Json json{{"schema", "volley.list/1"}, {"kind", std::string(kind)}, {"entries", Json::array()}};
  for (const ListEntry& entry : entries) {
    json["entries"].push_back({{"name", entry.name}, {"text", entry.text}, {"details", entry.details}});
  }
  return text_of(json);
}

}  // namespace volley::app
