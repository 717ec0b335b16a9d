#include "io/yaml/problems.h"

#include <cstddef>

namespace volley::io::yaml {
namespace {
constexpr std::size_t kMostProblems = 1000;
constexpr std::size_t kLongestShown = 60;
}  // namespace

void Problems::add(const Place& place, std::string message) {
  only_unreadable_ = false;
  if (!full()) found_.emplace(place, std::move(message));
}

void Problems::add_unreadable(const Place& place, std::string message) {
  if (!full()) found_.emplace(place, std::move(message));
}

bool Problems::full() const { return found_.size() >= kMostProblems; }

std::string Problems::text_of(const Place& place) const {
  if (place.origin != Place::kDescription) return "-s " + overrides_[static_cast<std::size_t>(place.origin)].first;
  return path_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

absl::Status Problems::status() const {
  if (found_.empty()) return absl::OkStatus();
  std::string text;
  for (const auto& [place, message] : found_) {
    if (!text.empty()) text += '\n';
    text += text_of(place) + ": " + message;
  }
  if (full()) text += "\n" + path_ + ": more problems are not listed";
  return only_unreadable_ ? absl::NotFoundError(text) : absl::InvalidArgumentError(text);
}

std::string shown(std::string_view text) {
  std::string result = "`";
  for (const char c : text.substr(0, kLongestShown)) result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  // A cut in the middle of a character would leave bytes that are not UTF-8.
  if (text.size() > kLongestShown) {
    while (result.size() > 1 && (static_cast<unsigned char>(result.back()) & 0xC0) == 0x80) result.pop_back();
    if (static_cast<unsigned char>(result.back()) >= 0xC0) result.pop_back();
    result += "...";
  }
  return result + "`";
}

}  // namespace volley::io::yaml
