// A stored ledger priced with one or more coefficient tables side by side, in every breakdown. What is printed, written
// as JSON and drawn comes from here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/volley/ledger_file.h"
#include "apps/volley/requests.h"
#include "hardware/anchors.h"
#include "hardware/chip.h"
#include "hardware/chip_energy.h"
#include "hardware/static_energy.h"
#include "io/recording.h"

namespace volley::app {

// One table of one chip.
struct PricedTable {
  std::string name;  // "davies2018", or "chip davies2018" when several chips are compared
  std::string chip_title;
  hardware::CoefficientTable table;
  hardware::ChipEnergy energy;
  std::vector<hardware::StaticPower> statics;

  bool is_priced() const;  // false: not a single event has an energy, and totals mean nothing
};

// Energies by table, in the order of LedgerEnergy::tables; empty where the table prices nothing.
using ByTable = std::vector<std::optional<double>>;

struct BreakdownRow {
  std::vector<std::string> labels;  // under BreakdownTable::headings
  ByTable pj;
  // Only of steps and inferences; times only if they were of the chip that is priced.
  std::optional<Time> begin{};
  std::optional<Duration> simple_time{}, mesh_time{};
};
struct BreakdownTable {
  std::vector<std::string> headings;
  std::vector<BreakdownRow> rows;  // by table they sum to the total
};

struct LedgerEnergy {
  std::string recording;
  StoredLedger stored;
  hardware::Chip chip;                // whose mesh the links are on
  std::vector<PricedTable> tables{};  // of the chip, then of the one it is compared with
  std::uint64_t inference_steps = 0;
  std::uint64_t inferences = 0;        // complete ones: means are over these
  std::uint64_t incomplete_steps = 0;  // of a last inference that the run did not finish; in the total, in no mean
  std::optional<std::uint64_t> dense_macs{};  // of one pass; empty: the recording does not say
  std::vector<hardware::Comparison> comparisons{};

  const hardware::ChipLedger& ledger() const { return stored.ledger; }
  Duration real_time() const { return ledger().step * static_cast<std::int64_t>(ledger().steps); }
  // Whether the ledger's times are those of `chip`: another chip's counts can be priced, its times not be had.
  bool times_are_its_own() const { return chip.name == ledger().chip; }
  // As fast as the chip can, by the times that the ledger carries; empty when they are another chip's.
  std::optional<Duration> simple_time() const;
  std::optional<Duration> mesh_time() const;
  ByTable totals() const;
  ByTable per_inference() const;  // mean over complete inferences
  std::uint64_t drive_events() const;
};

// Prices with the tables that `request` asks for. Errors: InvalidArgument for chips and tables that do not exist, and
// an inference that is not a whole number of steps or longer than the run. DataLoss when the ledger's cores are not the
// chip's.
absl::StatusOr<LedgerEnergy> price_ledger(const EnergyRequest& request, StoredLedger stored,
                                          const io::RecordingInfo& info);

BreakdownTable breakdown(const LedgerEnergy& energy, Breakdown by);

// Of the recording's network: every projection from all neurons of its source to all of its target. Empty: unknown.
std::optional<std::uint64_t> dense_macs_of(const io::RecordingInfo& info);

}  // namespace volley::app
