// What `volley energy` says for people: of runs with a ledger and without one.
#pragma once

#include <span>
#include <string>

#include "apps/volley/ledger_energy.h"
#include "hardware/anchors.h"
#include "hardware/energy.h"

namespace volley::app {

std::string text_of(const LedgerEnergy& energy, Breakdown by);
std::string text_of(const hardware::EnergyReport& report, hardware::GroupBy by);
// ", and 30 steps of one that is incomplete: ..."; empty if the run ends with a whole inference.
std::string incomplete_note(const LedgerEnergy& energy);
std::string comparison_rows(std::span<const hardware::Comparison> rows);

}  // namespace volley::app
