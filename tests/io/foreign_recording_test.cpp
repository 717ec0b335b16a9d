// Spikes and reports that other programs wrote in SONATA's layout: the official examples, units, names, and what is
// wrong.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "io/hdf5_write.h"
#include "io/recording.h"
#include "recording_support.h"
#include "tests/support/shared_data.h"

namespace volley::io {
namespace {

TEST_CASE("SONATA's own examples of spikes are read, with every deviation") {
  struct Example {
    const char* file;
    std::map<std::string, std::uint64_t> spikes;
  };
  const Example examples[] = {
      {"sonata/spike_files/spikes.one_pop.h5", {{"v1", 124}}},
      {"sonata/spike_files/spikes.old.h5", {{"", 124}}},  // gids without a population, sorting as a string
      {"sonata/spike_files/nine_cells_spikes.h5", {{"cortex", 78}}},
      {"sonata-libsonata/spikes.h5", {{"All", 5}, {"empty", 0}, {"spikes1", 5}, {"spikes2", 5}}},
      {"sonata/ten_cells_spikes_nest/input/external_spike_trains.h5", {{"", 17}}},
  };
  for (const Example& example : examples) {
    const auto path = test::shared_data(std::string("formats/") + example.file);
    if (!path) continue;
    INFO(example.file);
    const auto recording = Recording::open(*path);
    INFO(recording.status());
    REQUIRE(recording.ok());
    CHECK_FALSE(recording->info().is_volley);
    CHECK(recording->info().recorded_spikes == example.spikes);
    for (const auto& [population, count] : recording->info().recorded_spikes) {
      const auto spikes = recording->spikes(population);
      REQUIRE(spikes.ok());
      CHECK(spikes->size() == count);
    }
  }
}

TEST_CASE("the values of foreign spikes and reports are the published ones") {
  if (const auto path = test::shared_data("formats/sonata/spike_files/spikes.old.h5")) {
    const SpikeTrain spikes = Recording::open(*path)->spikes("").value();
    CHECK(spikes[0] == std::pair(time_from_ms(136.6), 0u));
    CHECK(spikes[2] == std::pair(time_from_ms(184.815), 12u));
  }
  if (const auto path = test::shared_data("formats/sonata-libsonata/elements.h5")) {
    const auto traces = Recording::open(*path)->traces();
    INFO(traces.status());
    REQUIRE(traces.ok());
    const RecordedTrace& all = traces->front();
    CHECK(all.population == "All");
    CHECK(all.unit == "mV");
    REQUIRE(all.neurons.size() == 100);  // twenty nodes of five elements
    CHECK(all.neurons[4] == 1);
    CHECK(all.neurons[5] == 2);
    REQUIRE(all.times_ms.size() == 20);
    CHECK(all.times_ms[3] == 0.6);
    CHECK(all.values[101] == 10.1f);
  }
  if (const auto path = test::shared_data("formats/sonata-libsonata/somas.h5")) {
    const auto traces = Recording::open(*path)->traces();
    REQUIRE(traces.ok());
    CHECK(traces->size() == 2);
    CHECK((*traces)[1].values[20] == 10.1f);  // stored in double precision
  }
}

// A file as old tools wrote it: no magic, no version, the sorting a word.
std::string write_foreign(const TemporaryFolder& folder, const std::string& group, const std::string& ids,
                          const std::string& unit, const std::vector<double>& times, std::vector<std::uint64_t> nodes) {
  const std::string path = folder.path("foreign.h5");
  const h5::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  h5::Writer writer(file.get());
  writer.group(group);
  writer.text_attribute(group, "sorting", "by_gid");
  writer.numbers<double>(group + "/timestamps", {times.size()}, times);
  writer.text_attribute(group + "/timestamps", "units", unit);
  writer.numbers<std::uint64_t>(group + "/" + ids, {nodes.size()}, nodes);
  REQUIRE(writer.status().ok());
  return path;
}

TEST_CASE("a foreign file's units and names are understood") {
  const TemporaryFolder folder;
  const SpikeTrain expected = {{time_from_ms(1.5), 4u}, {time_from_ms(0.25), 2u}};
  CHECK(Recording::open(write_foreign(folder, "/spikes", "gids", "milliseconds", {1.5, 0.25}, {4, 2}))
            ->spikes("")
            .value() == expected);
  CHECK(Recording::open(write_foreign(folder, "/spikes/p", "node_ids", "s", {0.0015, 0.00025}, {4, 2}))
            ->spikes("p")
            .value() == expected);
}

TEST_CASE("what a foreign file has wrong is named with its HDF5 path") {
  const TemporaryFolder folder;
  const auto problem = [&](const std::string& unit, const std::vector<double>& times,
                           std::vector<std::uint64_t> nodes) {
    const auto recording =
        Recording::open(write_foreign(folder, "/spikes/p", "node_ids", unit, times, std::move(nodes)));
    return recording.ok() ? recording->spikes("p").status() : recording.status();
  };
  CHECK(mentions(problem("ms", {1, 2, 3}, {1, 2}), "/spikes/p: 3 timestamps and 2 node ids"));
  CHECK(mentions(problem("fortnights", {1}, {1}), "fortnights"));
  CHECK(mentions(problem("ms", {1, std::nan("")}, {1, 2}), "/spikes/p/timestamps[1]"));
  CHECK(mentions(problem("ms", {1e12}, {1}), "/spikes/p/timestamps[0]"));
  CHECK(mentions(problem("ms", {1}, {std::uint64_t{1} << 32}), "/spikes/p/node_ids[0]"));
}

}  // namespace
}  // namespace volley::io
