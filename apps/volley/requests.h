// What the command line asks for, as plain values: one struct per command, and the function that carries it out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/volley/status.h"
#include "engine/time.h"
#include "io/run_plan.h"

namespace volley::app {

class Console;

// Everything that decides what is simulated.
struct PlanRequest {
  std::string file;
  io::Overrides overrides;          // -s key=value
  std::vector<std::string> inputs;  // --input file, or source=file
  std::optional<std::uint64_t> seed;
  std::optional<Duration> until;
};

// The network as a chip's integers.
struct ChipRequest {
  std::string chip;                // shipped, or the path of a chip's file
  std::optional<int> weight_bits;  // empty: the best for each projection
  std::optional<Duration> step;
  bool compare_exact = false;
  std::string placement;  // sequential, balanced, traffic, or the path of a placement by hand; empty: sequential, and a
                          // network that does not fit runs without places
  std::string rates;      // that placement by traffic goes by: as in FitRequest
  bool time_network = true;
  std::string timeline;            // empty: none
  std::optional<Duration> window;  // of the ledger; empty: the whole run
};

// A projection whose last weights go to a file.
struct SavedWeights {
  std::string projection, path;
};

struct RunRequest {
  PlanRequest plan;
  std::optional<ChipRequest> on;  // empty: as mathematics
  std::optional<unsigned> threads;
  std::string output;  // empty: nothing is written
  bool json = false;
  bool raster = false;
  std::string command_line;
  std::vector<SavedWeights> save_weights = {};
};

enum class ReplayMode { kDrive, kCompare };

struct ReplayRequest {
  std::string recording;
  PlanRequest into;  // file empty: the recording's own configuration
  ReplayMode mode = ReplayMode::kDrive;
  std::vector<std::string> populations;  // empty: every name that both have
  std::optional<unsigned> threads;
  std::string output;
  bool json = false;
  bool raster = false;
  std::string command_line;
};

enum class Breakdown { kUnit, kPopulation, kCore, kLink, kStep, kInference };

// Prices with one coefficient at `points` values from `first` to `last`.
struct SweepRequest {
  std::string key;
  double first = 0, last = 0;
  std::uint64_t points = 1;
};

struct EnergyRequest {
  std::string recording;
  std::string chip;   // a shipped one, or the path of a chip's file; empty: the recording's own, else loihi
  std::string table;  // empty: all tables of the chip if the recording has a ledger, else the first
  Breakdown by = Breakdown::kUnit;
  std::optional<Duration> step;
  std::optional<Duration> inference;  // empty: the whole run is one
  std::string compare;                // a second chip, as `chip`; empty: none
  std::optional<SweepRequest> sweep;
  std::string html;  // empty: no page
  bool json = false;
};

struct InfoRequest {
  std::string file;
  bool json = false;
};

struct DiffRequest {
  std::string a, b;
  Duration tolerance{0};
  bool json = false;
};

// Whether the network fits on a chip.
struct FitRequest {
  std::string chip;                      // shipped, or the path of a chip's file
  std::string placement = "sequential";  // or balanced, traffic, or the path of a placement
  std::string rates;                     // a rate in Hz, or the path of a recording; empty: 1 Hz
  std::optional<Duration> step;          // the chip's algorithmic step
  std::string save;                      // where the placement goes; empty: nowhere
};

struct CheckRequest {
  PlanRequest plan;
  std::optional<FitRequest> fit;
  bool resolved = false;
  bool json = false;
};

enum class Listing { kModels, kRules, kChips, kFormats, kExamples };

struct ListRequest {
  Listing what = Listing::kModels;
  std::string name;  // empty: all
  bool json = false;
  bool yaml = false;  // the file of a chip or an example. REQUIRES: name
};

using Request =
    std::variant<RunRequest, ReplayRequest, EnergyRequest, InfoRequest, DiffRequest, CheckRequest, ListRequest>;

// Each prints its data on stdout and talks on stderr. A status that is not OK is printed by main.
absl::StatusOr<ExitCode> carry_out(const RunRequest& request, Console& console);
absl::StatusOr<ExitCode> carry_out(const ReplayRequest& request, Console& console);
absl::StatusOr<ExitCode> carry_out(const EnergyRequest& request, Console& console);
absl::StatusOr<ExitCode> carry_out(const InfoRequest& request, Console& console);
absl::StatusOr<ExitCode> carry_out(const DiffRequest& request, Console& console);
absl::StatusOr<ExitCode> carry_out(const CheckRequest& request, Console& console);
absl::StatusOr<ExitCode> carry_out(const ListRequest& request, Console& console);

}  // namespace volley::app
