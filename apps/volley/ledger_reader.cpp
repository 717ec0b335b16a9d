// How a ledger is read, and what makes it a damaged one.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "apps/volley/ledger_columns.h"
#include "apps/volley/ledger_file.h"
#include "io/tables.h"

namespace volley::app {
namespace {

using hardware::ChipLedger;
using hardware::Direction;
using hardware::LedgerLink;
using hardware::LedgerPart;
using hardware::LedgerWindow;
using hardware::PartCounts;
using hardware::StepCounts;
using hardware::StepTimes;
using Counts = std::vector<std::uint64_t>;

// More cores or tiles than any file of a chip can describe; ids are kept in 16 bits.
constexpr std::uint64_t kMostCores = std::uint64_t{1} << 16;
constexpr std::uint64_t kMostSteps = std::uint64_t{1} << 40;

// Takes columns out of tables; the first thing that does not fit is kept, and what is missing is left empty.
class Reader {
 public:
  Reader(std::string path, const std::vector<io::Table>& tables) : path_(std::move(path)), tables_(tables) {}

  void fail(std::string_view where, std::string_view what) {
    if (!status_.ok()) return;
    status_ = absl::DataLossError(
        absl::StrCat(path_, ":/", kLedgerGroup, "/", absl::string_view(where.data(), where.size()), ": ",
                     absl::string_view(what.data(), what.size()), "; the ledger is damaged: record the run again"));
  }
  // As fail(), unless `holds`.
  void check(bool holds, std::string_view where, std::string_view what) {
    if (!holds) fail(where, what);
  }

  template <class T>
  T attribute(const char* name) {
    const io::Table* table = find("run");
    const T* value = table == nullptr ? nullptr : table->attribute<T>(name);
    if (value != nullptr) return *value;
    fail(absl::StrCat("run@", name), "is missing or of another type");
    return T{};
  }

  template <class T>
  std::vector<T> column(const char* table_name, const char* name) {
    const io::Table* table = find(table_name);
    const std::vector<T>* values = table == nullptr ? nullptr : table->column<T>(name);
    if (values != nullptr) return *values;
    fail(absl::StrCat(table_name, "/", name), "is missing or of another type");
    return {};
  }

  bool has_column(const char* table_name, const char* name) const {
    const io::Table* table = find(table_name);
    return table != nullptr && table->column<std::uint64_t>(name) != nullptr;
  }
  // As column(); empty when there is none.
  Counts optional_column(const char* table, const char* name) {
    return has_column(table, name) ? column<std::uint64_t>(table, name) : Counts{};
  }

  // A column of numbers below `bound`, in a smaller type.
  template <class T>
  std::vector<T> bounded(const char* table, const char* name, std::uint64_t bound) {
    std::vector<T> result;
    for (const std::uint64_t value : column<std::uint64_t>(table, name)) {
      check(value < bound, absl::StrCat(table, "/", name), absl::StrCat(value, ", must be below ", bound));
      result.push_back(static_cast<T>(value));
    }
    return result;
  }

  std::vector<Duration> durations(const char* table) {
    std::vector<Duration> result;
    std::int64_t sum = 0;
    const std::string where = absl::StrCat(table, "/duration");
    for (const std::int64_t value : column<std::int64_t>(table, "duration")) {
      check(value >= 0, where, absl::StrCat(value, " ps, must be at least 0"));
      if (__builtin_add_overflow(sum, value, &sum)) {
        fail(where, absl::StrCat(value, " ps: the sum exceeds ", std::numeric_limits<std::int64_t>::max(), " ps"));
        return {};
      }
      result.emplace_back(value);
    }
    return result;
  }

  const absl::Status& status() const { return status_; }
  const std::string& path() const { return path_; }

 private:
  const io::Table* find(std::string_view name) const {
    for (const io::Table& table : tables_) {
      if (table.name == name) return &table;
    }
    return nullptr;
  }

  std::string path_;
  const std::vector<io::Table>& tables_;
  absl::Status status_;
};

void read_parts(Reader& in, ChipLedger& ledger) {
  const auto cores = in.bounded<std::uint32_t>("parts", "core", kMostCores);
  const auto populations = in.bounded<std::uint32_t>("parts", "population", ledger.populations.size());
  const Counts neurons = in.column<std::uint64_t>("parts", "neurons");
  if (!in.status().ok()) return;
  std::set<std::uint32_t> used;
  std::uint64_t total = 0, updates = 0;
  for (std::size_t p = 0; p < cores.size(); ++p) {
    ledger.parts.push_back({cores[p], populations[p], neurons[p]});
    used.insert(cores[p]);
    in.check(p == 0 || std::tie(cores[p - 1], populations[p - 1]) < std::tie(cores[p], populations[p]), "parts",
             absl::StrCat("row ", p, " is out of order or given twice"));
    if (__builtin_add_overflow(total, neurons[p], &total)) in.fail("parts/neurons", "the sum exceeds 64 bits");
  }
  if (__builtin_mul_overflow(total, ledger.steps, &updates)) {
    in.fail("parts/neurons", absl::StrCat(total, " neurons x ", ledger.steps, " steps exceed 64 bits"));
  }
  in.check(used.size() == ledger.cores_used, "run@cores_used",
           absl::StrCat(ledger.cores_used, " cores, but parts lie on ", used.size()));
  const std::uint32_t least = ledger.cores_used > 0 ? 1 : 0;
  in.check(ledger.tiles_used >= least && ledger.tiles_used <= ledger.cores_used, "run@tiles_used",
           absl::StrCat(ledger.tiles_used, ", must be from ", least, " to ", ledger.cores_used, ", the cores"));
}

void read_windows(Reader& in, ChipLedger& ledger) {
  const Counts steps = in.column<std::uint64_t>("windows", "steps");
  std::vector<Counts> counts;
  for (const auto& [name, member] : kPartColumns) {
    const bool is_new = std::string_view(name) == kLearning && !in.has_column("window_parts", name);
    counts.push_back(is_new ? Counts(counts.front().size()) : in.column<std::uint64_t>("window_parts", name));
    ledger.learning_is_counted = ledger.learning_is_counted && !is_new;
  }
  const Counts window = in.bounded<std::uint64_t>("window_links", "window", steps.size());
  const auto tile = in.bounded<std::uint32_t>("window_links", "tile", kMostCores);
  const auto direction = in.bounded<std::uint8_t>("window_links", "direction", hardware::kDirections);
  const Counts messages = in.column<std::uint64_t>("window_links", "messages");
  if (!in.status().ok()) return;
  const std::size_t parts = ledger.parts.size();
  if (counts[0].size() != steps.size() * parts) {
    return in.fail("window_parts",
                   absl::StrCat(counts[0].size(), " rows, must be ", steps.size(), " windows x ", parts, " parts"));
  }
  for (std::size_t w = 0; w < steps.size(); ++w) {
    const bool is_last = w + 1 == steps.size();
    in.check(steps[w] <= ledger.steps, "windows/steps",
             absl::StrCat("window ", w, " has ", steps[w], " steps, the run ", ledger.steps));
    in.check(steps[w] > 0 || steps.size() == 1, "windows/steps", absl::StrCat("window ", w, " has 0, must have some"));
    in.check(is_last ? steps[w] <= steps[0] : steps[w] == steps[0], "windows/steps",
             absl::StrCat("window ", w, " has ", steps[w], ", must have ", is_last ? "at most " : "", steps[0],
                          " as the first"));
    LedgerWindow& read = ledger.windows.emplace_back(LedgerWindow{steps[w], {}, {}});
    read.parts.resize(parts);
    for (std::size_t p = 0; p < parts; ++p) {
      for (std::size_t c = 0; c < counts.size(); ++c) read.parts[p].*kPartColumns[c].second = counts[c][w * parts + p];
      // Quiet updates are neurons x steps less these.
      in.check(!in.status().ok() || read.parts[p].updates_firing <= ledger.parts[p].neurons * steps[w],
               "window_parts/updates_firing",
               absl::StrCat("window ", w, ", part ", p, ": more than there are updates"));
    }
  }
  for (std::size_t i = 0; i < window.size(); ++i) {
    in.check(
        i == 0 || std::tie(window[i - 1], tile[i - 1], direction[i - 1]) < std::tie(window[i], tile[i], direction[i]),
        "window_links", absl::StrCat("row ", i, " is out of order or given twice"));
    ledger.windows[window[i]].links.push_back({tile[i], static_cast<Direction>(direction[i]), messages[i]});
  }
}

// What ledgers from before these columns can do without: of messages into cores those of sources are spread evenly.
void fill_in(ChipLedger& ledger) {
  StepCounts& steps = ledger.by_step;
  if (steps.learning_updates.empty()) steps.learning_updates.resize(steps.messages.size());
  if (!steps.messages_in.empty() || steps.messages.empty()) return;
  steps.messages_in = steps.messages;
  const std::uint64_t n = steps.messages.size(), outside = ledger.outside_messages;
  for (std::uint64_t s = 0; s < n; ++s) steps.messages_in[s] += outside / n + (s < outside % n ? 1 : 0);
}

// Cores that finished last hold neurons, and no link carried more in a step than there were hops.
void check_places(Reader& in, const ChipLedger& ledger, const StepTimes& times) {
  std::set<std::uint32_t> cores{0};  // where nothing took any time, the first counts as last
  for (const LedgerPart& part : ledger.parts) cores.insert(part.core);
  for (const auto& [table, last] :
       {std::pair("simple_times", &times.simple_last_core), {"mesh_times", &times.last_core}}) {
    for (std::size_t s = 0; s < last->size(); ++s) {
      in.check(cores.contains((*last)[s]), absl::StrCat(table, "/last_core"),
               absl::StrCat("step ", s, ": ", (*last)[s], ", must be a core with neurons"));
    }
  }
  for (std::size_t s = 0; s < times.busiest_messages.size(); ++s) {
    const std::uint64_t hops = ledger.by_step.hops_east_west[s] + ledger.by_step.hops_north_south[s];
    in.check(times.busiest_messages[s] <= hops, "mesh_times/busiest_messages",
             absl::StrCat("step ", s, ": ", times.busiest_messages[s], ", must be at most ", hops, ", the hops"));
  }
}

void read_steps(Reader& in, ChipLedger& ledger, StepTimes& times) {
  for (const auto& [name, member] : kStepColumns) {
    const bool may_lack = std::string_view(name) == kLearning || std::string_view(name) == kMessagesIn;
    ledger.by_step.*member = may_lack ? in.optional_column("steps", name) : in.column<std::uint64_t>("steps", name);
  }
  fill_in(ledger);
  in.check(ledger.by_step.spikes.size() == ledger.steps, "steps",
           absl::StrCat(ledger.by_step.spikes.size(), " rows for ", ledger.steps, " steps"));
  std::uint64_t neurons = 0;
  for (const LedgerPart& part : ledger.parts) neurons += part.neurons;
  for (std::size_t s = 0; s < ledger.by_step.updates_firing.size(); ++s) {
    const std::uint64_t firing = ledger.by_step.updates_firing[s];
    in.check(firing <= neurons, "steps/updates_firing",
             absl::StrCat("step ", s, ": ", firing, ", must be at most ", neurons, ", the neurons"));
  }
  times.simple = in.durations("simple_times");
  times.simple_last_core = in.bounded<std::uint32_t>("simple_times", "last_core", kMostCores);
  times.mesh = in.durations("mesh_times");
  times.last_core = in.bounded<std::uint32_t>("mesh_times", "last_core", kMostCores);
  times.busiest_tile = in.bounded<std::uint32_t>("mesh_times", "busiest_tile", kMostCores);
  for (const auto d : in.bounded<std::uint8_t>("mesh_times", "busiest_direction", hardware::kDirections)) {
    times.busiest_direction.push_back(static_cast<Direction>(d));
  }
  times.busiest_messages =
      in.bounded<std::uint32_t>("mesh_times", "busiest_messages", std::numeric_limits<std::uint32_t>::max());
  for (const auto& [table, rows] :
       {std::pair("simple_times", times.simple.size()), {"mesh_times", times.mesh.size()}}) {
    in.check(rows == 0 || rows == ledger.steps, table, absl::StrCat(rows, " rows for ", ledger.steps, " steps"));
  }
  if (in.status().ok()) check_places(in, ledger, times);
}

StoredLedger read(Reader& in) {
  StoredLedger stored;
  ChipLedger& ledger = stored.ledger;
  ledger.chip = in.attribute<std::string>("chip");
  ledger.placement = in.attribute<std::string>("placement");
  ledger.step = Duration{in.attribute<std::int64_t>("step_ps")};
  ledger.steps = in.attribute<std::uint64_t>("steps");
  in.check(ledger.step > Duration{0}, "run@step_ps", absl::StrCat(ledger.step.count(), " ps, must be above 0"));
  in.check(ledger.steps <= kMostSteps, "run@steps", absl::StrCat(ledger.steps, ", must be at most ", kMostSteps));
  std::int64_t length = 0;
  if (in.status().ok() &&
      __builtin_mul_overflow(ledger.step.count(), static_cast<std::int64_t>(ledger.steps), &length)) {
    in.fail("run@step_ps", absl::StrCat(ledger.step.count(), " ps x ", ledger.steps, " steps, must be at most ",
                                        std::numeric_limits<std::int64_t>::max(), " ps"));
  }
  for (const auto& [name, value] : {std::pair("tiles_used", &ledger.tiles_used), {"cores_used", &ledger.cores_used}}) {
    const auto read = in.attribute<std::uint64_t>(name);
    in.check(read <= kMostCores, absl::StrCat("run@", name), absl::StrCat(read, ", must be at most ", kMostCores));
    *value = static_cast<std::uint32_t>(read);
  }
  ledger.outside_messages = in.attribute<std::uint64_t>("outside_messages");
  ledger.populations = in.column<std::string>("populations", "name");
  ledger.drive_events = in.optional_column("populations", kDriveEvents);
  in.check(ledger.drive_events.empty() || ledger.drive_events.size() == ledger.populations.size(),
           "populations/drive_events",
           absl::StrCat(ledger.drive_events.size(), " rows for ", ledger.populations.size(), " populations"));
  if (in.status().ok()) read_parts(in, ledger);
  if (in.status().ok()) read_windows(in, ledger);
  if (in.status().ok()) read_steps(in, ledger, stored.times);
  if (in.status().ok()) {
    if (const std::string problem = ledger.problem(); !problem.empty()) {
      in.fail("steps", std::string_view(problem).substr(0, problem.rfind(';')));
    }
  }
  return stored;
}

}  // namespace

absl::StatusOr<std::optional<StoredLedger>> load_ledger(const std::string& path) {
  const absl::StatusOr<std::vector<io::Table>> tables = io::read_tables(path, kLedgerGroup);
  if (!tables.ok()) return tables.status();
  if (tables->empty()) return std::optional<StoredLedger>();
  Reader in(path, *tables);
  if (const auto format = in.attribute<std::uint64_t>("format"); in.status().ok() && format != kLedgerFormat) {
    return absl::InvalidArgumentError(absl::StrCat(path, ":/", kLedgerGroup, "/run@format: ", format,
                                                   ", this program reads ", kLedgerFormat,
                                                   "; use a newer version of volley"));
  }
  StoredLedger stored = read(in);
  if (!in.status().ok()) return in.status();
  return std::optional(std::move(stored));
}

}  // namespace volley::app
