#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "tests/support/loihi_grid.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

namespace volley::test {
namespace {

GridShape shape_of(std::uint32_t cores, std::uint32_t neurons, std::uint32_t messages, std::uint32_t synapses,
                   std::uint32_t percent) {
  return {cores, neurons, messages, synapses, percent};
}

// spec/loihi.md, section 6: the checks by hand.
TEST_CASE("the one-core network has the counts and energies that its description adds up to") {
  const GridResult r = run_grid(shape_of(1, 64, 1, 16, 50), 100);
  CHECK(r.neurons_updated == 6'400);
  CHECK(r.neurons_fired == 6'363);
  CHECK(r.messages == 2'700);
  CHECK(r.synaptic_operations == 43'200);
  CHECK(r.energy_soma == Approx(6'400 * (51.2 + 21.6) * 1e-12 + 6'363 * 69.3e-12).epsilon(1e-12));
  CHECK(r.energy_synapse == Approx(43'200 * 33.6e-12).epsilon(1e-12));
  CHECK(r.energy_network == Approx(2'700 * 111e-12).epsilon(1e-12));
}

TEST_CASE("every row of the reference grid: equal counts, energies to 1e-6, simple times exact, cycle times to 3 %") {
  const auto path = shared_data("loihi/grid/reference_grid.csv");
  if (!path) return;
  const std::vector<GridRow> rows = read_grid(*path);
  REQUIRE(rows.size() >= 13);
  for (const GridRow& row : rows) {
    INFO(row.name << ", " << row.timing);
    if (row.timing == "detailed") continue;  // the reference's estimate of its own cycle mode
    const GridResult ours = run_grid(row.shape, row.timesteps);
    const GridResult& theirs = row.reference;
    CHECK(ours.neurons_updated == theirs.neurons_updated);
    CHECK(ours.neurons_fired == theirs.neurons_fired);
    CHECK(ours.messages == theirs.messages);
    CHECK(ours.synaptic_operations == theirs.synaptic_operations);
    CHECK(ours.energy_synapse == Approx(theirs.energy_synapse).epsilon(1e-6));
    CHECK(ours.energy_soma == Approx(theirs.energy_soma).epsilon(1e-6));
    CHECK(ours.energy_network == Approx(theirs.energy_network).epsilon(1e-6));
    CHECK(ours.energy_total == Approx(theirs.energy_total).epsilon(1e-6));
    // The file has seven digits.
    if (row.timing == "simple") CHECK(ours.time_simple == Approx(theirs.time_simple).epsilon(1e-6));
    if (row.timing == "cycle") CHECK(std::abs(ours.time_mesh / theirs.time_mesh - 1) < 0.03);
  }
}

TEST_CASE("a row that the generator cannot make is refused with file, line, value and bound") {
  const TemporaryFolder folder;
  const std::string head =
      "name,cores,neurons_per_core,messages_per_neuron,spikes_per_message,pct_firing,edges,timesteps,timing,"
      "neurons_updated,neurons_fired,messages,synaptic_ops,energy_synapse_J,energy_soma_J,energy_network_J,"
      "energy_total_J,sim_time_s\n";
  const auto refusal = [&](const std::string& row) -> std::string {
    folder.file("grid.csv", head + row);
    try {
      read_grid(folder.path("grid.csv"));
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  };
  const std::string rest = ",0,0,0,0,0,0,0,0,0\n";
  CHECK(refusal("x,3,7,2,3,40,0,5,cycle" + rest).empty());
  CHECK(refusal("x,3,7,5,3,40,0,5,cycle" + rest).find("grid.csv:2: messages_per_neuron is 5, must be from 0 to 3") !=
        std::string::npos);
  CHECK(refusal("x,3,7,2,30,40,0,5,cycle" + rest).find("spikes_per_message is 30") != std::string::npos);
  CHECK(refusal("x,129,7,2,3,40,0,5,cycle" + rest).find("cores is 129") != std::string::npos);
  CHECK(refusal("x,3,2000,2,3,40,0,5,cycle" + rest).find("neurons_per_core is 2000") != std::string::npos);
  CHECK(refusal("x,3,7,2,3,140,0,5,cycle" + rest).find("pct_firing is 140") != std::string::npos);
  CHECK(refusal("x,3,7,2,3,40,0,0,cycle" + rest).find("timesteps is 0") != std::string::npos);
  CHECK(refusal("x,3,7,2,3,40,0,5,weird" + rest).find("timing is weird") != std::string::npos);
  CHECK(refusal("").find("holds no row") != std::string::npos);
}

}  // namespace
}  // namespace volley::test
