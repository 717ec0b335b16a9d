#include "apps/volley/placed_run.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "apps/volley/places.h"
#include "apps/volley/values.h"
#include "hardware/capacity.h"
#include "hardware/wiring.h"
#include "io/tables.h"

namespace volley::app {
namespace {

// A timeline of more would not open in a browser.
constexpr std::uint64_t kMostTimelineMessages = 200'000;

// The table with the fewest times unset; the first of several.
const hardware::CoefficientTable& time_table_of(const hardware::Chip& chip) {
  return *std::min_element(chip.tables.begin(), chip.tables.end(), [](const auto& a, const auto& b) {
    return service_times(a).unset.size() < service_times(b).unset.size();
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<PlacedRun>> PlacedRun::prepare(const Simulation& simulation, PlacedRequest request,
                                                              std::string& why_unplaced) {
  const hardware::Chip& chip = *request.chip;
  if (!request.cannot_fit.empty()) {
    why_unplaced = absl::StrJoin(request.cannot_fit, "\n");
    if (request.required) return absl::InvalidArgumentError(why_unplaced);
    return nullptr;
  }
  const hardware::Wiring wiring = hardware::make_wiring(simulation, chip, request.step);
  std::vector<std::string> problems = hardware::missing_features(simulation.network(), wiring, chip);
  absl::StatusOr<hardware::Placement> placement = hardware::Placement{};
  if (problems.empty()) {
    placement = place(request.placement, wiring, chip, request.rate_of_neuron, request.seed);
    if (!placement.ok()) {
      if (placement.status().code() != absl::StatusCode::kResourceExhausted) return placement.status();
      problems.emplace_back(placement.status().message());
    } else {
      problems = hardware::check_placement(wiring, chip, *placement);
    }
  }
  if (!problems.empty()) {
    why_unplaced = absl::StrJoin(problems, "\n");
    if (request.required) return absl::InvalidArgumentError(why_unplaced);
    return nullptr;
  }

  std::unique_ptr<PlacedRun> run(new PlacedRun);
  run->axons_ = make_axon_table(simulation, *placement);
  PlacedResult& result = run->result_;
  result.chip = chip.name;
  const hardware::CoefficientTable& table = time_table_of(chip);
  const hardware::ServiceTimes times = service_times(table);
  result.time_table = table.name;
  result.unset_times = times.unset;
  run->counter_ = std::make_unique<hardware::LedgerCounter>(simulation, run->axons_, *placement, chip.mesh, chip.name,
                                                            request.step, request.window_steps);
  std::optional<hardware::NetworkTiming> network;
  if (request.mesh) {
    const auto timing = network_timing(chip.mesh);
    if (timing.ok()) network = *timing;
    if (!timing.ok()) result.no_mesh = std::string(timing.status().message());
  } else {
    result.no_mesh = "not asked for";
  }
  std::vector<bool> tile_used(chip.mesh.tile_count());
  for (const auto& population : placement->core_of) {
    for (const std::uint16_t core : population) tile_used[chip.mesh.tile_of(core)] = true;
  }
  const auto tiles = static_cast<std::uint32_t>(std::count(tile_used.begin(), tile_used.end(), true));
  if (const auto ns = barrier_ns(table, tiles)) result.barrier = Duration{std::llround(*ns * 1000)};
  run->timer_ = std::make_unique<hardware::StepTimer>(
      hardware::StepWorkBuilder(run->axons_, *placement, chip.mesh.core_count(), times), chip.mesh, network,
      result.barrier.value_or(Duration{0}));
  run->timer_->run_free(times.hop_east_west, times.hop_north_south);
  if (!request.timeline.empty() && !network) {
    return absl::InvalidArgumentError(
        absl::StrCat("--timeline ", request.timeline, ": the network is not timed: ", result.no_mesh));
  }
  run->steps_ = std::make_unique<hardware::StepObserver>(run->axons_, request.step);
  run->steps_->add(*run->counter_);
  run->steps_->add(*run->timer_);
  result.map = placement_map(wiring, chip, *placement);
  result.placement = *std::move(placement);
  run->request_ = std::move(request);
  return run;
}

absl::Status PlacedRun::open_timeline() {
  if (request_.timeline.empty()) return absl::OkStatus();
  auto timeline = Timeline::create(request_.timeline, request_.chip->mesh, kMostTimelineMessages);
  if (!timeline.ok()) return timeline.status();
  timeline_ = *std::move(timeline);
  timer_->set_listener(*timeline_);
  return absl::OkStatus();
}

absl::StatusOr<PlacedResult> PlacedRun::finish(Time end) {
  steps_->finish(end);
  result_.ledger = counter_->finish();
  result_.times = timer_->times();
  if (const hardware::FreeRunning* free = timer_->free_running()) {
    result_.barriered = free->barriered();
    result_.barrier_free = free->free();
  }
  for (const hardware::CoefficientTable& table : request_.chip->tables) {
    result_.energy.push_back(hardware::price(result_.ledger, table));
    result_.operation_pj.push_back(hardware::operation_pj(table));
    for (const hardware::StaticPower& part : hardware::static_power(table, result_.ledger.cores_used)) {
      if (part.event == "chip_static" && part.power_mw() && !result_.chip_static) result_.chip_static = part;
    }
  }
  if (timeline_) {
    // The power of the table whose times these are.
    const auto same = std::find_if(result_.energy.begin(), result_.energy.end(),
                                   [&](const auto& energy) { return energy.table == result_.time_table; });
    if (absl::Status written = timeline_->finish(same->by_step_pj); !written.ok()) return written;
    result_.timeline_messages = timeline_->messages_written();
    result_.timeline_left_out = timeline_->messages_left_out();
  }
  return std::move(result_);
}

absl::Status store_placement(const std::string& path, const PlacedResult& result) {
  std::vector<io::Table> tables;
  for (std::size_t p = 0; p < result.placement.core_of.size(); ++p) {
    const std::vector<std::uint16_t>& cores = result.placement.core_of[p];
    tables.push_back({.name = result.ledger.populations[p],
                      .attributes = {{"chip", result.chip}, {"method", result.placement.method}},
                      .columns = {{"core", "", std::vector<std::uint64_t>(cores.begin(), cores.end())}}});
  }
  return io::append_tables(path, "placement", tables);
}

namespace {

std::string nanoseconds(double ns) {
  return ns < 1e3 ? absl::StrFormat("%.0f ns", ns) : absl::StrFormat("%.3g us", ns / 1e3);
}

double mean_ns(const std::vector<Duration>& times) {
  double sum = 0;
  for (const Duration d : times) sum += static_cast<double>(d.count()) / 1e3;
  return times.empty() ? 0 : sum / static_cast<double>(times.size());
}

// What most steps have, and in how many.
template <class T>
std::pair<T, std::size_t> most_common(const std::vector<T>& values) {
  std::map<T, std::size_t> counts;
  for (const T& value : values) ++counts[value];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return *most;
}

}  // namespace

namespace {

// ", without learning_update and barrier: unset": what happened and has no price. Empty: nothing.
std::string unpriced(const hardware::ChipEnergy& energy) {
  std::vector<std::string> events;
  for (const hardware::PricedEvent& event : energy.events) {
    if (event.count.value_or(0) > 0 && !event.energy_pj) events.push_back(event.event);
  }
  return events.empty() ? "" : absl::StrCat(", without ", absl::StrJoin(events, " and "), ": unset");
}

}  // namespace

std::string placed_report(const PlacedResult& r) {
  const hardware::ChipLedger& ledger = r.ledger;
  std::string text = absl::StrFormat("on %s: %d core%s on %d tile%s, placed %s\n", r.chip, ledger.cores_used,
                                     ledger.cores_used == 1 ? "" : "s", ledger.tiles_used,
                                     ledger.tiles_used == 1 ? "" : "s", r.placement.method);
  text += r.map;
  if (ledger.steps == 0) return text;
  const bool mesh = !r.times.mesh.empty();
  const std::vector<Duration>& steps = mesh ? r.times.mesh : r.times.simple;
  Duration longest{0};
  for (const Duration d : steps) longest = std::max(longest, d);
  absl::StrAppend(&text, "  a step takes ", nanoseconds(mean_ns(steps)), " on average, at most ",
                  nanoseconds(static_cast<double>(longest.count()) / 1e3),
                  mesh ? absl::StrCat(" (network simulated; simple model ", nanoseconds(mean_ns(r.times.simple)), ")")
                       : absl::StrCat(" (simple model; network not timed: ", r.no_mesh, ")"),
                  ", table ", r.time_table, "\n");
  if (!r.unset_times.empty()) {
    absl::StrAppend(&text, "  a lower bound: the table does not say how long ", absl::StrJoin(r.unset_times, ", "),
                    r.unset_times.size() == 1 ? " takes" : " take", "\n");
  }
  absl::StrAppend(&text,
                  r.barrier ? absl::StrCat("  barrier ", nanoseconds(static_cast<double>(r.barrier->count()) / 1e3))
                            : std::string("  barrier not published"),
                  absl::StrFormat("; without it the run would take %.0f %% of the time\n",
                                  100.0 * static_cast<double>(r.barrier_free.count()) /
                                      std::max(1.0, static_cast<double>(r.barriered.count()))));
  const auto [core, core_steps] = most_common(mesh ? r.times.last_core : r.times.simple_last_core);
  absl::StrAppend(&text, absl::StrFormat("  core %d is last in %.0f %% of steps", core,
                                         100.0 * static_cast<double>(core_steps) / static_cast<double>(ledger.steps)));
  if (mesh && ledger.by_step.messages.size() == r.times.busiest_tile.size()) {
    std::vector<std::pair<std::uint32_t, hardware::Direction>> links;
    std::uint32_t most = 0;
    for (std::size_t s = 0; s < r.times.busiest_tile.size(); ++s) {
      if (r.times.busiest_messages[s] == 0) continue;
      links.emplace_back(r.times.busiest_tile[s], r.times.busiest_direction[s]);
      most = std::max(most, r.times.busiest_messages[s]);
    }
    if (!links.empty()) {
      const auto& [link, link_steps] = most_common(links);
      absl::StrAppend(
          &text, absl::StrFormat("; the link out of tile %d to the %s is busiest in %.0f %%, at most %d "
                                 "messages a step",
                                 link.first, name_of(link.second),
                                 100.0 * static_cast<double>(link_steps) / static_cast<double>(ledger.steps), most));
    }
  }
  text += "\n";
  text += "energy, estimated from the ledger\n";
  for (const hardware::ChipEnergy& energy : r.energy) {
    absl::StrAppend(&text, "  ", short_energy(energy.total_pj), " dynamic, ",
                    short_energy(energy.total_pj / static_cast<double>(ledger.steps)), " a step, table ", energy.table,
                    unpriced(energy), "\n");
  }
  std::uint64_t drives = 0;
  for (const std::uint64_t events : ledger.drive_events) drives += events;
  if (drives > 0) {
    absl::StrAppend(&text, "  not included: ", with_commas(drives),
                    " events of Poisson drives, input that no axon of the placement carries; as synaptic operations ");
    for (std::size_t t = 0; t < r.energy.size(); ++t) {
      absl::StrAppend(&text, t == 0 ? "" : ", ",
                      r.operation_pj[t] ? short_energy(*r.operation_pj[t] * static_cast<double>(drives)) : "unset",
                      " (", r.energy[t].table, ")");
    }
    text += "\n";
  }
  if (r.chip_static) {
    absl::StrAppend(&text, "  not included: static ",
                    short_energy(*r.chip_static->energy_pj(ledger.step * static_cast<std::int64_t>(ledger.steps))),
                    " in real time (", short_number(*r.chip_static->power_mw()), " mW a chip, ",
                    std::string(hardware::name_of(r.chip_static->evidence)), ")\n");
  }
  if (r.timeline_left_out > 0) {
    absl::StrAppend(&text, "  timeline: ", with_commas(r.timeline_messages), " messages, ",
                    with_commas(r.timeline_left_out), " left out\n");
  }
  return text;
}

}  // namespace volley::app
