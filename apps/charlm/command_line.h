// The command line of `charlm`.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "apps/charlm/requests.h"

namespace volley::charlm {

// What is printed when nothing is to be carried out: help, the version, or what is wrong with the command line.
struct Answer {
  std::string out, err;
  app::ExitCode code = app::ExitCode::kOk;
};

struct Parsed {
  Request request;
  app::Talkativeness talk = app::Talkativeness::kNormal;
};

// `arguments`: without the program's name.
std::variant<Parsed, Answer> parse_command_line(std::vector<std::string> arguments);

}  // namespace volley::charlm
