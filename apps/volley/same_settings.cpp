#include "apps/volley/same_settings.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace volley::app {

absl::Status check_same_settings(const std::string& path, const std::string& saved, const std::string& asked) {
  const std::vector<std::string> then = absl::StrSplit(saved, ' '), now = absl::StrSplit(asked, ' ');
  for (std::size_t i = 0; i < std::max(then.size(), now.size()); ++i) {
    const std::string a = i < then.size() ? then[i] : "nothing", b = i < now.size() ? now[i] : "nothing";
    if (a == b) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s was written by a training with %s; this one asks for %s; repeat its options or choose another "
        "`--checkpoint`",
        path, a, b));
  }
  return absl::OkStatus();
}

}  // namespace volley::app
