// A run on a chip whose neurons have places: counted, timed and priced while it goes on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/volley/timeline.h"
#include "engine/observer.h"
#include "engine/simulation.h"
#include "hardware/chip.h"
#include "hardware/chip_energy.h"
#include "hardware/chip_ledger.h"
#include "hardware/placement.h"
#include "hardware/static_energy.h"
#include "hardware/step_timer.h"

namespace volley::app {

struct PlacedRequest {
  const hardware::Chip* chip = nullptr;  // must outlive the run
  Duration step{0};
  std::string placement = "sequential";  // or balanced, traffic, or the path of a placement by hand
  std::vector<double> rate_of_neuron{};  // for traffic: of every neuron of all populations; empty: all alike
  bool required = false;                 // a network that does not fit is an error; else it runs without places
  bool mesh = true;                      // time the network, where the chip's file says how it works
  std::string timeline{};                // empty: none
  std::uint64_t window_steps = 0;        // of the ledger; 0: one window
  std::uint64_t seed = 1;
  std::vector<std::string> cannot_fit{};  // why no placement can, known before the network is built; empty: it may
};

struct PlacedResult {
  std::string chip;
  hardware::Placement placement;
  std::string map;  // how full its cores are
  hardware::ChipLedger ledger;
  hardware::StepTimes times;
  std::string time_table;                           // whose times these are
  std::vector<std::string> unset_times;             // that it does not know: the times are lower bounds
  std::string no_mesh;                              // why the network was not timed; empty: it was
  std::optional<Duration> barrier;                  // per step; empty: nobody has published it
  Duration barriered{0}, barrier_free{0};           // the whole run, in the model without a network
  std::vector<hardware::ChipEnergy> energy;         // by table of the chip
  std::vector<std::optional<double>> operation_pj;  // by table: what an event of a drive would cost
  std::optional<hardware::StaticPower> chip_static;
  std::uint64_t timeline_messages = 0, timeline_left_out = 0;
};

class PlacedRun {
 public:
  // Places the network and writes nothing. InvalidArgument: it lacks a place (and `required`), or a file cannot be
  // read; every problem on a line of its own. Without `required`, `why_unplaced` is set and the result is empty. The
  // simulation must outlive the run.
  static absl::StatusOr<std::unique_ptr<PlacedRun>> prepare(const Simulation& simulation, PlacedRequest request,
                                                            std::string& why_unplaced);

  // Creates the file of the timeline, if one was asked for. InvalidArgument when that fails.
  absl::Status open_timeline();

  Observer& observer() { return *steps_; }

  // Call once, after the simulation has run until `end`.
  absl::StatusOr<PlacedResult> finish(Time end);

 private:
  PlacedRun() = default;

  PlacedRequest request_;
  PlacedResult result_;
  hardware::AxonTable axons_;
  std::unique_ptr<hardware::LedgerCounter> counter_;
  std::unique_ptr<hardware::StepTimer> timer_;
  std::unique_ptr<hardware::StepObserver> steps_;
  std::unique_ptr<Timeline> timeline_;
};

// Stores the placement in a closed recording, as /placement/<population>/core with one entry per neuron. Errors: those
// of io::append_tables.
absl::Status store_placement(const std::string& path, const PlacedResult& result);

// The lines of a report on a run that ended.
std::string placed_report(const PlacedResult& result);

}  // namespace volley::app
