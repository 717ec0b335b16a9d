#include "apps/volley/status.h"

#include "absl/strings/string_view.h"

namespace volley::app {

ExitCode exit_code_of(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kInvalidArgument:
      return ExitCode::kUsage;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kDataLoss:
      return ExitCode::kUnreadable;
    case absl::StatusCode::kCancelled:
      return ExitCode::kInterrupted;
    default:
      return ExitCode::kRunFailed;
  }
}

absl::Status unreadable(const absl::Status& status) {
  return status.ok() ? status : absl::DataLossError(status.message());
}

absl::Status run_failed(const absl::Status& status) {
  return status.ok() || absl::IsCancelled(status) ? status : absl::InternalError(status.message());
}

absl::Status usage_error(std::string_view message) {
  return absl::InvalidArgumentError(absl::string_view(message.data(), message.size()));
}

}  // namespace volley::app
