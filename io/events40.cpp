#include "io/events40.h"

#include "absl/strings/str_format.h"

namespace volley::io {

absl::Status check_whole_events(std::string_view bytes, const std::string& path) {
  const std::size_t over = bytes.size() % Event40::kBytes;
  if (over == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: byte %d: the last event has %d of its %d bytes; the file is cut off or of another format",
                      path, bytes.size() - over, over, Event40::kBytes));
}

std::optional<std::uint32_t> microseconds_of(Time at) {
  const std::int64_t ps = at.time_since_epoch().count();
  const std::int64_t unit = kMicrosecond.count();
  if (ps < 0 || ps / unit > Event40::kMaxUs) return std::nullopt;
  const std::int64_t us = (ps + unit / 2) / unit;
  if (us > Event40::kMaxUs) return std::nullopt;
  return static_cast<std::uint32_t>(us);
}

}  // namespace volley::io
