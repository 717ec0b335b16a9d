#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "tests/support/loihi_grid.h"
#include "tests/support/shared_data.h"

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

}  // namespace
}  // namespace volley::test
