// What can be asked of `charlm`. Each request has one carry_out() in a file of its own.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/volley/console.h"
#include "apps/volley/status.h"

namespace volley::charlm {

struct ReproduceRequest {
  std::string text;                      // path
  std::vector<std::string> experiments;  // empty: all
  std::string csv;                       // path; empty: none
};

using Request = std::variant<ReproduceRequest>;

absl::StatusOr<app::ExitCode> carry_out(const ReproduceRequest& request, app::Console& console);

}  // namespace volley::charlm
