// What can be asked of `charlm`. Each request has one carry_out() in a file of its own, command_*.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/growth.h"
#include "apps/charlm/language_model.h"
#include "apps/volley/console.h"
#include "apps/volley/status.h"

namespace volley::charlm {

// Paths are empty where nothing is to be read or written.
struct ReproduceRequest {
  std::string text;
  std::vector<std::string> experiments;  // empty: all
  std::string csv;
};

struct TrainRequest {
  std::string text;
  ModelChoice choice;
  double rate = 1;
  unsigned epochs = 1;
  std::size_t first = 0;  // characters of the text; 0: all
  bool allow_leak = false;
  std::string save;
};

struct SampleRequest {
  std::string model;
  std::string text;  // whose vocabulary the model must have
  std::string prime;
  std::uint64_t length = 500;
  double temperature = 1;
  std::uint32_t seed = 1;
};

struct TableRequest {
  std::string text;
  std::size_t first = 0;
  unsigned seeds = 3;
  unsigned threads = 1;
  bool allow_leak = false;
  std::string csv, svg;
  std::vector<std::string> rows;  // names; empty: all
};

struct BenchRequest {
  std::string text;
  std::size_t characters = 20'000;
  std::uint32_t neurons = 200;
  std::uint32_t ticks = 10;  // of a character; more make the same time finer
  std::uint32_t seed = 42;
};

struct GrowRequest {
  std::string text;
  std::size_t first = 0;
  bool allow_leak = false;
  GrowthPlan plan;
  std::string save;
};

struct ChipRequest {
  std::string text;
  ModelChoice choice;
  std::size_t first = 0;
  bool allow_leak = false;
  std::optional<int> weight_bits;
  std::string placement = "sequential";
};

using Request =
    std::variant<ReproduceRequest, TrainRequest, SampleRequest, TableRequest, BenchRequest, GrowRequest, ChipRequest>;

absl::StatusOr<app::ExitCode> carry_out(const ReproduceRequest& request, app::Console& console);
absl::StatusOr<app::ExitCode> carry_out(const TrainRequest& request, app::Console& console);
absl::StatusOr<app::ExitCode> carry_out(const SampleRequest& request, app::Console& console);
absl::StatusOr<app::ExitCode> carry_out(const TableRequest& request, app::Console& console);
absl::StatusOr<app::ExitCode> carry_out(const BenchRequest& request, app::Console& console);
absl::StatusOr<app::ExitCode> carry_out(const GrowRequest& request, app::Console& console);
absl::StatusOr<app::ExitCode> carry_out(const ChipRequest& request, app::Console& console);

}  // namespace volley::charlm
