#include "apps/volley/incomplete.h"

#include "absl/strings/str_cat.h"
#include "apps/volley/values.h"

namespace volley::app {

void warn_if_incomplete(const io::RecordingInfo& info, const std::string& path, Console& console) {
  if (!info.is_volley || info.outcome == "complete") return;
  const std::string end = exact_ms(time_from_ms(info.reached_ms)) + " ms";
  console.warn(
      absl::StrCat(path, " is incomplete (", info.outcome, "): its data end at ", end,
                   info.until_ms > 0 ? absl::StrCat(" of ", exact_ms(time_from_ms(info.until_ms)), " ms") : ""));
}

}  // namespace volley::app
