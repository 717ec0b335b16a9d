#include "apps/charlm/chip_model.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "hardware/chip_library.h"

namespace volley::charlm {
namespace {

std::vector<Symbol> some_symbols(std::size_t count) {
  std::vector<Symbol> symbols;
  for (std::size_t c = 0; c < count; ++c) symbols.push_back(static_cast<Symbol>((c * c * c + 5 * c) % 17));
  return symbols;
}

std::vector<std::uint32_t> counts_of_run(const FeatureStream& stream, std::span<const Symbol> symbols,
                                         std::size_t neurons) {
  std::vector<std::uint32_t> counts;
  const auto visit = [&](std::size_t, std::span<const double> row) {
    for (std::size_t i = 0; i < neurons; ++i) counts.push_back(static_cast<std::uint32_t>(row[i]));
    return absl::OkStatus();
  };
  REQUIRE(stream.run(symbols, visit).ok());
  return counts;
}

TEST_CASE("the chip's form of the reservoir, before rounding, fires as the reservoir does") {
  const std::vector<Symbol> symbols = some_symbols(80);
  const Reservoir reservoir = fair_reservoir(17, 60, 11, 1, true);
  std::vector<std::uint32_t> exact, form;
  const auto keep = [](std::vector<std::uint32_t>& to) {
    return [&to](const CharacterState& state) {
      to.insert(to.end(), state.spikes.begin(), state.spikes.end());
      return absl::OkStatus();
    };
  };
  const std::vector<std::uint32_t> rows(symbols.begin(), symbols.end());
  REQUIRE(run_reservoir(reservoir, rows, 0, keep(exact)).ok());
  REQUIRE(run_by_characters(chip_form(reservoir, symbols), reservoir, symbols.size(), 0, keep(form)).ok());
  CHECK(exact == form);
  std::uint64_t spikes = 0;
  for (const std::uint32_t n : exact) spikes += n;
  CHECK(spikes > 2000);
}

TEST_CASE("as integers the reservoir fires nearly as often, and differently with two bits") {
  const std::vector<Symbol> symbols = some_symbols(80);
  const Reservoir reservoir = fair_reservoir(17, 60, 11, 1, true);
  const auto exact = counts_of_run(*stream_of(reservoir), symbols, 60);
  const auto off_by = [&](std::optional<int> bits) {
    const auto integers = counts_of_run(*chip_stream(reservoir, bits), symbols, 60);
    REQUIRE(integers.size() == exact.size());
    double different = 0, spikes = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      different += std::fabs(static_cast<double>(exact[i]) - integers[i]);
      spikes += exact[i];
    }
    return different / spikes;
  };
  CHECK(off_by(8) < 0.1);
  CHECK(off_by(8) > 0);
  CHECK(off_by(2) > 2 * off_by(8));
}

TEST_CASE("a placed reservoir is counted, priced and timed") {
  const std::vector<Symbol> symbols = some_symbols(20);
  const auto chip = hardware::shipped_chip("loihi");
  REQUIRE(chip.ok());
  const auto cost = cost_on_chip(fair_reservoir(17, 60, 11, 1, true), symbols, 8, "sequential", *chip);
  REQUIRE(cost.ok());
  CHECK(cost->placed.ledger.steps == 200);
  CHECK(cost->placed.ledger.cores_used == 1);
  CHECK(cost->placed.energy.size() == 2);
  // Every one of a character's ten spikes reaches (nearly) all neurons.
  CHECK(cost->synaptic_operations > 10 * 55);
  CHECK(cost->spikes > 10);
  CHECK(cost->simple > Duration{0});
  CHECK(cost->mesh > Duration{0});
  CHECK_FALSE(cost_on_chip(fair_reservoir(17, 60, 11, 1, true), symbols, 8, "no such place", *chip).ok());
}

}  // namespace
}  // namespace volley::charlm
