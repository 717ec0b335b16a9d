// The program's options, checked: what a run gets has been validated.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "apps/edlearn/settings.h"
#include "apps/volley/status.h"

namespace volley::edlearn {

// What --help and a wrong command line are answered with.
struct Answered {
  std::string out, err;
  app::ExitCode code;
};

// `words`: without the program's name. Options that the chosen form does not know are refused, so that every option
// that is accepted counts.
std::variant<Settings, Answered> parse_command_line(std::vector<std::string> words);

}  // namespace volley::edlearn
