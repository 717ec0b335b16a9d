#include "io/recording_metadata.h"

#include <ctime>
#include <span>

#include "io/build_info.h"
#include "io/recording_layout.h"

namespace volley::io {
namespace {

// The name that a projection has when the description gives none (engine/network.h).
std::string name_of(const ProjectionSpec& projection) {
  return projection.name.empty() ? projection.source + "_to_" + projection.target : projection.name;
}

void write_populations(h5::Writer& writer, const Network& network, RunFields& fields) {
  std::vector<std::string> names;
  std::vector<std::uint64_t> sizes;
  std::vector<std::uint8_t> is_source;
  for (const PopulationSpec& population : network.populations) {
    names.push_back(population.name);
    sizes.push_back(population.size);
    is_source.push_back(0);
  }
  for (const SourceSpec& source : network.sources) {
    names.push_back(source.name);
    sizes.push_back(source.size);
    is_source.push_back(1);
  }
  const std::vector<std::uint64_t> counters(kPopulationCounters * names.size());
  writer.texts("/volley/populations/name", names);
  writer.numbers<std::uint64_t>("/volley/populations/size", {names.size()}, sizes);
  writer.numbers<std::uint8_t>("/volley/populations/is_source", {names.size()}, is_source);
  writer.numbers<std::uint64_t>("/volley/populations/counters", {names.size(), kPopulationCounters}, counters);
  if (!names.empty()) fields.population_counters = writer.offset_of("/volley/populations/counters");
}

void write_projections(h5::Writer& writer, const Network& network, RunFields& fields) {
  std::vector<std::string> names, sources, targets;
  for (const ProjectionSpec& projection : network.projections) {
    names.push_back(name_of(projection));
    sources.push_back(projection.source);
    targets.push_back(projection.target);
  }
  const std::vector<std::uint64_t> events(names.size());
  writer.texts("/volley/projections/name", names);
  writer.texts("/volley/projections/source", sources);
  writer.texts("/volley/projections/target", targets);
  writer.numbers<std::uint64_t>("/volley/projections/synaptic_events", {names.size()}, events);
  if (!names.empty()) fields.projection_events = writer.offset_of("/volley/projections/synaptic_events");
}

void write_inputs(h5::Writer& writer, const std::vector<InputFile>& inputs) {
  std::vector<std::string> paths, digests;
  for (const InputFile& input : inputs) {
    paths.push_back(input.path);
    digests.push_back(input.sha256);
  }
  writer.texts("/volley/inputs/path", paths);
  writer.texts("/volley/inputs/sha256", digests);
}

}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  gmtime_r(&now, &parts);
  char text[kFinishedBytes];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

RunFields write_metadata(h5::Writer& writer, const RunMetadata& metadata, const std::vector<std::string>& columns) {
  RunFields fields;
  writer.group("/volley");
  writer.number_attribute<std::uint32_t>("/volley", "format", kRecordingFormat);
  writer.number_attribute<std::uint64_t>("/volley", "seed", metadata.seed);
  writer.number_attribute<std::uint32_t>("/volley", "threads", metadata.threads);
  writer.number_attribute<std::int64_t>("/volley", "until_ps", metadata.until.count());
  writer.text("/volley/version", version());
  writer.text("/volley/build", build_info());
  writer.text("/volley/configuration", metadata.plan.resolved);
  writer.text("/volley/command_line", metadata.command_line);
  writer.text("/volley/directory", metadata.directory);
  writer.text("/volley/started", utc_now());
  writer.text("/volley/outcome", "", kOutcomeBytes);
  writer.text("/volley/finished", "", kFinishedBytes);
  writer.text("/volley/error", "", kErrorBytes);
  fields.outcome = writer.offset_of("/volley/outcome");
  fields.finished = writer.offset_of("/volley/finished");
  fields.error = writer.offset_of("/volley/error");
  write_inputs(writer, metadata.plan.inputs);
  write_populations(writer, metadata.plan.network, fields);
  write_projections(writer, metadata.plan.network, fields);

  writer.texts("/volley/columns", columns);
  std::vector<std::uint64_t> progress =
      encode_progress({0, kStart, 0, std::vector<std::uint64_t>(columns.size()),
                       std::vector<std::uint64_t>(counter_words(metadata.plan.network))});
  const hsize_t words = progress.size();
  progress.resize(2 * words);  // the second row has no checksum yet
  writer.numbers<std::uint64_t>("/volley/progress", {2, words}, progress);
  fields.progress = writer.offset_of("/volley/progress");
  return fields;
}

}  // namespace volley::io
