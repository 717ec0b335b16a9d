// --json of `volley energy`; see json_reports.h for what `schema` promises.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "apps/volley/energy_sweep.h"
#include "apps/volley/ledger_energy.h"
#include "hardware/anchors.h"
#include "hardware/energy.h"

namespace volley::app {

// volley.energy_ledger/1: all breakdowns but those by step and by inference, which come when `by` asks for them.
std::string json_of(const LedgerEnergy& energy, Breakdown by);
// volley.energy/1: the first report; the others, of the chip that it is compared with, are under `compared`.
// REQUIRES: at least one report.
std::string json_of(std::span<const hardware::EnergyReport> reports, std::span<const hardware::Comparison> comparisons,
                    hardware::GroupBy by, std::string_view recording);
// volley.energy_sweep/1
std::string json_of(const Sweep& sweep, std::string_view recording);

}  // namespace volley::app
