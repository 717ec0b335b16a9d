#include <catch2/catch.hpp>

#include "engine/simulation.h"
#include "models/catalog.h"

// The README's first program, with a counter in place of its printer.
struct Counter : volley::Observer {
  absl::Status on_window(const volley::WindowReport& report) override {
    spikes += report.spikes.size();
    return absl::OkStatus();
  }
  std::size_t spikes = 0;
};

TEST_CASE("the first program of the README runs, and its inhibited cells fire") {
  volley::Network network;
  network.populations = {{.name = "cells",
                          .model = "lif_delta",
                          .size = 100,
                          .parameters = {{"tau_m", 20.0}, {"v_threshold", 20.0}, {"t_ref", 2.0}}}};
  network.drives = {{.name = "noise",
                     .population = "cells",
                     .kind = volley::PoissonDrive{.rate_hz = {{volley::kStart, 8000}}, .weight = 0.15}}};
  network.projections = {{.source = "cells",
                          .target = "cells",
                          .rule = volley::FixedIndegree{10},
                          .weight = volley::Constant{-0.5},
                          .delay_ms = volley::Constant{1.5}}};
  auto simulation = volley::build(network, volley::standard_models());
  REQUIRE(simulation.ok());
  Counter counter;
  simulation->add_observer(counter);
  REQUIRE(simulation->run(std::chrono::milliseconds(100)).ok());
  CHECK(counter.spikes > 50);
  CHECK(counter.spikes < 1000);
}
