// volley run
#include "apps/volley/json_reports.h"
#include "apps/volley/load.h"
#include "apps/volley/report.h"
#include "apps/volley/requests.h"
#include "apps/volley/session.h"
#include "models/catalog.h"

namespace volley::app {

absl::StatusOr<ExitCode> carry_out(const RunRequest& request, Console& console) {
  const ModelCatalog models = standard_models();
  auto plan = load_plan(request.plan, models);
  if (!plan.ok()) return plan.status();
  const auto until = until_of(*plan, request.plan.file);
  if (!until.ok()) return until.status();
  const auto threads = threads_of(request.threads);
  if (!threads.ok()) return threads.status();
  const bool raster = !request.json && (request.raster || console.out_is_terminal());
  auto result = run_session({.plan = *std::move(plan),
                             .until = *until,
                             .threads = *threads,
                             .output = request.output,
                             .command_line = request.command_line,
                             .raster = raster,
                             .replayed = {}},
                            models, console);
  if (!result.ok()) return result.status();
  console.data(request.json ? json_of(*result, "volley.run/1") : run_report(*result));
  console.flush();
  say_after_run(*result, console);
  return result->interrupted ? ExitCode::kInterrupted : ExitCode::kOk;
}

}  // namespace volley::app
