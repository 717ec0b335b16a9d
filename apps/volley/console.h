// Where the program writes: data on stdout, talk on stderr.
#pragma once

#include <cstdio>
#include <string_view>

namespace volley::app {

enum class Talkativeness { kQuiet, kNormal, kVerbose };

class Console {
 public:
  // Looks at the two streams and at NO_COLOR once. REQUIRES: the streams outlive the console.
  Console(std::FILE* out, std::FILE* err, Talkativeness talk);

  void data(std::string_view text);    // stdout, as it is
  void say(std::string_view line);     // stderr, unless quiet
  void detail(std::string_view line);  // stderr, only when verbose
  void warn(std::string_view line);    // stderr, unless quiet
  void error(std::string_view line);   // stderr, always
  // Replaces the last line written with this function, on a terminal; empty: removes it. Nothing when quiet.
  void progress(std::string_view line);

  bool out_is_terminal() const { return out_is_terminal_; }
  bool err_is_terminal() const { return err_is_terminal_; }
  bool quiet() const { return talk_ == Talkativeness::kQuiet; }
  // Columns of the terminal on stdout; 80 when there is none.
  unsigned width() const;
  // Writes out what is buffered. False when stdout took not everything (a full disk, a closed pipe).
  bool flush();

 private:
  void line_to_err(std::string_view color, std::string_view label, std::string_view line);

  std::FILE* out_;
  std::FILE* err_;
  Talkativeness talk_;
  bool out_is_terminal_;
  bool err_is_terminal_;
  bool color_;
  bool progress_shown_ = false;
};

}  // namespace volley::app
