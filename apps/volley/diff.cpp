// volley diff
#include "apps/volley/compare.h"
#include "apps/volley/console.h"
#include "apps/volley/incomplete.h"
#include "apps/volley/json_reports.h"
#include "apps/volley/requests.h"
#include "io/recording.h"

namespace volley::app {

absl::StatusOr<ExitCode> carry_out(const DiffRequest& request, Console& console) {
  const auto a = io::Recording::open(request.a);
  if (!a.ok()) return unreadable(a.status());
  const auto b = io::Recording::open(request.b);
  if (!b.ok()) return unreadable(b.status());
  warn_if_incomplete(a->info(), request.a, console);
  warn_if_incomplete(b->info(), request.b, console);
  const auto comparison = compare_recordings(*a, *b, request.tolerance);
  if (!comparison.ok()) return comparison.status();
  console.data(request.json ? json_of(*comparison, "volley.diff/1", request.a, request.b)
                            : comparison_report(*comparison, request.a, request.b));
  return comparison->equal() ? ExitCode::kOk : ExitCode::kDifferent;
}

}  // namespace volley::app
