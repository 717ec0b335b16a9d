#include "apps/volley/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace volley::app {
namespace {

constexpr std::string_view kRed = "\033[1;31m";
constexpr std::string_view kYellow = "\033[1;33m";
constexpr std::string_view kPlain = "\033[0m";

void write(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

}  // namespace

Console::Console(std::FILE* out, std::FILE* err, Talkativeness talk)
    : out_(out),
      err_(err),
      talk_(talk),
      out_is_terminal_(isatty(fileno(out)) != 0),
      err_is_terminal_(isatty(fileno(err)) != 0) {
  // no-color.org: set and not empty means no colour.
  const char* no_color = std::getenv("NO_COLOR");
  color_ = err_is_terminal_ && (no_color == nullptr || *no_color == '\0');
}

void Console::line_to_err(std::string_view color, std::string_view label, std::string_view line) {
  progress({});
  if (!label.empty()) {
    if (color_) write(err_, color);
    write(err_, label);
    if (color_) write(err_, kPlain);
  }
  write(err_, line);
  write(err_, "\n");
  std::fflush(err_);
}

void Console::data(std::string_view text) {
  progress({});
  write(out_, text);
}

void Console::say(std::string_view line) {
  if (talk_ != Talkativeness::kQuiet) line_to_err({}, {}, line);
}

void Console::detail(std::string_view line) {
  if (talk_ == Talkativeness::kVerbose) line_to_err({}, {}, line);
}

void Console::warn(std::string_view line) {
  if (talk_ != Talkativeness::kQuiet) line_to_err(kYellow, "warning: ", line);
}

void Console::error(std::string_view line) { line_to_err(kRed, "error: ", line); }

void Console::progress(std::string_view line) {
  if (quiet()) return;
  if (!err_is_terminal_) {
    if (!line.empty()) {
      write(err_, line);
      write(err_, "\n");
      std::fflush(err_);
    }
    return;
  }
  if (line.empty() && !progress_shown_) return;
  write(err_, "\r\033[K");
  write(err_, line);
  std::fflush(err_);
  progress_shown_ = !line.empty();
}

unsigned Console::width() const {
  winsize size{};
  if (out_is_terminal_ && ioctl(fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool Console::flush() { return std::fflush(out_) == 0 && std::ferror(out_) == 0; }

}  // namespace volley::app
