#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/charlm/fair_table.h"
#include "apps/charlm/inputs.h"
#include "apps/charlm/lesson.h"
#include "apps/charlm/requests.h"
#include "apps/volley/values.h"
#include "io/file_bytes.h"
#include "io/output_path.h"

namespace volley::charlm {
namespace {

std::string energy_text(const std::vector<TableRow>& rows) {
  std::string text =
      absl::StrFormat("%-32s %22s %22s %22s %22s\n", "nJ per character: network+readout", "source (assumed)",
                      "45nm (published)", "davies2018 (published)", "fitted (fitted)");
  for (const TableRow& row : rows) {
    if (row.neurons == 0) continue;
    const absl::StatusOr<std::vector<EnergyOfCharacter>> energies = energy_of(row.work, row.neurons, 10);
    if (!energies.ok()) continue;
    absl::StrAppendFormat(&text, "%-32s", row.name);
    for (const EnergyOfCharacter& e : *energies) {
      absl::StrAppendFormat(
          &text, " %22s",
          absl::StrFormat("%s+%.1f", e.network_pj ? absl::StrFormat("%.1f", *e.network_pj / 1e3) : "-",
                          e.readout_pj / 1e3));
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace

absl::StatusOr<app::ExitCode> carry_out(const TableRequest& request, app::Console& console) {
  if (request.seeds < 1 || request.seeds > 100) {
    return absl::InvalidArgumentError(
        absl::StrFormat("table: %d seeds, must be 1 to 100; set `--seeds`", request.seeds));
  }
  if (request.threads < 1 || request.threads > 256) {
    return absl::InvalidArgumentError(
        absl::StrFormat("table: %d threads, must be 1 to 256; set `--threads`", request.threads));
  }
  if (absl::Status s = check_new_files({{"--csv", request.csv}, {"--svg", request.svg}}, request.text); !s.ok())
    return s;
  const absl::StatusOr<Lesson> lesson = prepare_lesson(request.text, request.first, request.allow_leak, console);
  if (!lesson.ok()) return lesson.status();
  const absl::StatusOr<std::vector<TableRow>> rows =
      fair_table(lesson->text, {request.seeds, request.threads, request.rows},
                 [&](const std::string& what) { console.progress(what); });
  console.progress("");
  if (!rows.ok()) return rows.status();
  console.data(absl::StrCat(table_text(*rows), "\n", energy_text(*rows)));
  if (!request.csv.empty()) {
    const absl::StatusOr<std::string> csv = table_csv(*rows);
    if (!csv.ok()) return csv.status();
    if (absl::Status s = io::write_file_bytes(io::output_target(request.csv), *csv); !s.ok()) return s;
  }
  if (!request.svg.empty()) {
    const std::string title = absl::StrFormat("Predicting the next character: %s characters, %d seeds",
                                              app::with_commas(lesson->text.size()), request.seeds);
    if (absl::Status s = io::write_file_bytes(io::output_target(request.svg), table_svg(*rows, title)); !s.ok())
      return s;
  }
  return app::ExitCode::kOk;
}

}  // namespace volley::charlm
