// `volley energy --html`: one page with everything in it, for a browser without a network.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/volley/energy_charts.h"
#include "apps/volley/ledger_energy.h"
#include "hardware/anchors.h"
#include "hardware/energy.h"

namespace volley::app {

// What a page shows. Texts are plain; html_of() escapes them.
struct EnergyPage {
  struct Grid {  // a table: its first row names the columns, `alignment` as for align()
    std::vector<std::vector<std::string>> rows;
    std::string alignment;
  };
  std::string title;
  std::vector<std::string> summary{};  // one paragraph each
  std::vector<std::string> tables{};   // series of all charts
  std::vector<StackedBar> units{};
  std::vector<BarRow> populations{};
  std::optional<MeshMap> energy_map{}, traffic_map{};
  std::string why_no_map{};  // when there are none
  std::vector<TimeSeries> power_mw{};
  double duration_ms = 0;
  std::optional<Grid> inferences{};
  std::vector<std::string> notes_on_inferences{};
  Grid statics{}, events{}, comparisons{};
};

EnergyPage page_of(const LedgerEnergy& energy);
// Of a run without a placement. REQUIRES: at least one report.
EnergyPage page_of(std::span<const hardware::EnergyReport> reports, std::span<const hardware::Comparison> comparisons,
                   const std::string& recording);

std::string html_of(const EnergyPage& page);

}  // namespace volley::app
