// How fast stored counts are priced.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "hardware/chip_energy.h"
#include "hardware/chip_library.h"
#include "hardware/sweep.h"

namespace volley::hardware {
namespace {

// Counts of 128 cores with two populations each, 1,000 steps, ten windows; every link used.
ChipLedger large_ledger() {
  ChipLedger ledger{.chip = "loihi", .placement = "", .populations = {"a", "b"}, .step = Duration{1'000'000'000}};
  ledger.steps = 1000;
  for (std::uint32_t core = 0; core < 128; ++core) {
    for (std::uint32_t p = 0; p < 2; ++p) ledger.parts.push_back({core, p, 73});
  }
  for (int w = 0; w < 10; ++w) {
    LedgerWindow window{100, {}, {}};
    for (std::size_t p = 0; p < ledger.parts.size(); ++p) window.parts.push_back({20'000 + p, 370, 370, 1450, 1450, 0});
    for (std::uint32_t tile = 0; tile < 32; ++tile) {
      for (std::uint32_t d = 0; d < kDirections; ++d)
        window.links.push_back({tile, static_cast<Direction>(d), 900 + d});
    }
    ledger.windows.push_back(window);
  }
  const std::vector<std::uint64_t> per_step(ledger.steps, 1000);
  ledger.by_step = {per_step, per_step, per_step, per_step, per_step, std::vector<std::uint64_t>(ledger.steps),
                    per_step, per_step};
  return ledger;
}

// One pass is a sweep of 1,000 tables, the condensing of the ledger included.
void sweep_of_1000_tables(benchmark::State& state) {
  const Chip chip = *shipped_chip("loihi");
  const ChipLedger ledger = large_ledger();
  const auto key = parse_key("synaptic_operation_sparse", *chip.table("fitted"));
  for (auto _ : state) {
    const ChipLedger counts = condensed(ledger);
    for (const double value : evenly_spaced(10, 60, 1000)) {
      benchmark::DoNotOptimize(
          price_window(counts, counts.windows.front(), with(*chip.table("fitted"), *key, value)).total_pj);
    }
  }
}
BENCHMARK(sweep_of_1000_tables)->Unit(benchmark::kMillisecond);

// With every breakdown.
void price_one_table(benchmark::State& state) {
  const Chip chip = *shipped_chip("loihi");
  const ChipLedger ledger = large_ledger();
  for (auto _ : state) benchmark::DoNotOptimize(price(ledger, *chip.table("fitted")).total_pj);
}
BENCHMARK(price_one_table)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace volley::hardware
