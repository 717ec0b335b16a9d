#include "models/parrot.h"

#include <catch2/catch.hpp>

#include "tests/support/slice_rig.h"

namespace volley::testing {
namespace {

TEST_CASE("A parrot fires once at every instant at which something arrives, whatever the weight") {
  const auto model = make_parrot();
  Rig rig(model->info(), 4, {});
  rig.set_inputs({{time_from_ms(1), 0, 1.0, {0, 2}},
                  {time_from_ms(1), 0, -5.0, {2, 3}},
                  {time_from_ms(2), 0, 0.0, {1}},
                  {time_from_ms(7), 0, 1.0, {0}}});
  const auto slice = *model->make_slice(rig.request());
  const auto fired = run(rig, *slice, time_from_ms(5));
  const auto at = [](double ms, std::uint32_t n) { return Spike{time_from_ms(ms), PopulationId{0}, n}; };
  CHECK(fired == std::vector<Spike>{at(1, 0), at(1, 2), at(1, 3), at(2, 1)});
  CHECK(slice->next_event() == kNever);
}

TEST_CASE("A parrot repeats its Poisson drive") {
  const auto model = make_parrot();
  Rig rig(model->info(), 50, {});
  rig.drives = {{"drive", "cells", {10, 20}, PoissonDrive{{{kStart, 100.0}}, 1.0, ""}}};
  const auto slice = *model->make_slice(rig.request());
  const auto fired = run(rig, *slice, time_from_ms(5000));
  CHECK(fired.size() == slice->counters().external_events);
  // 20 neurons at 100 Hz for 5 s: 10,000 expected, standard deviation 100.
  CHECK(std::abs(static_cast<double>(fired.size()) - 10'000) < 500);
  for (const Spike& spike : fired) REQUIRE((spike.neuron >= 10 && spike.neuron < 30));
}

}  // namespace
}  // namespace volley::testing
