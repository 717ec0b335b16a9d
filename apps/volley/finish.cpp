#include "apps/volley/finish.h"

namespace volley::app {

int finish(Console& console, const absl::StatusOr<ExitCode>& result) {
  ExitCode code = result.ok() ? *result : exit_code_of(result.status());
  if (!result.ok()) console.error({result.status().message().data(), result.status().message().size()});
  if (!console.flush()) {
    console.error("stdout took not everything that was written to it");
    if (code == ExitCode::kOk) code = ExitCode::kRunFailed;
  }
  return static_cast<int>(code);
}

}  // namespace volley::app
