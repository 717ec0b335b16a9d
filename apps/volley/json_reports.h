// Every --json output: one object with a `schema` field ("volley.run/1") whose number rises when a field changes
// meaning or goes away. Fields may be added without a new number.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/volley/compare.h"
#include "apps/volley/fit.h"
#include "apps/volley/gap.h"
#include "apps/volley/on_chip.h"
#include "apps/volley/session.h"
#include "engine/model.h"
#include "hardware/energy.h"
#include "io/recording.h"
#include "io/run_plan.h"

namespace volley::app {

// What a run may have besides its figures.
struct RunExtras {
  std::optional<OnChip> on_chip;
  std::optional<Gap> gap;
  std::optional<ReadoutScore> readout;  // of a run without a gap
  std::string readout_population;
};
std::string json_of(const SessionResult& result, std::string_view schema, const RunExtras& extras = {});
// `schema`: volley.diff/1, or volley.compare/1 for a replay.
std::string json_of(const Comparison& comparison, std::string_view schema, std::string_view a, std::string_view b);
std::string json_of(const io::RecordingInfo& info, std::string_view file);

// What `volley check` finds; `resolved` only if asked for.
struct CheckResult {
  std::string file;
  std::vector<std::string> problems;
  std::string resolved;
  std::optional<FitResult> fit = {};
};
std::string json_of(const CheckResult& result);

std::string json_of_network(const io::RunPlan& plan, std::string_view file);
struct SpikeFileSummary {
  std::string file, format;
  std::uint64_t spikes = 0;
  std::uint32_t highest_neuron = 0;
  Time first = kStart, last = kStart;
};
std::string json_of(const SpikeFileSummary& summary);

// A name and what is said about it; `volley list` in every kind.
struct ListEntry {
  std::string name, text;
  std::vector<std::vector<std::string>> details;  // columns; only shown when one entry is asked for
};
std::string json_of(std::string_view kind, const std::vector<ListEntry>& entries);

}  // namespace volley::app
