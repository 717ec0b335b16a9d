// The command line: what the user typed, as a Request or as an answer to print.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "apps/volley/console.h"
#include "apps/volley/requests.h"

namespace volley::app {

// Help, the version, or what is wrong with the command line.
struct Answer {
  ExitCode code = ExitCode::kOk;
  std::string out;  // for stdout
  std::string err;  // for stderr
};

struct Parsed {
  Request request;
  Talkativeness talk = Talkativeness::kNormal;
};

// `arguments` without the program's name.
std::variant<Parsed, Answer> parse_command_line(const std::vector<std::string>& arguments);

// The same description as data, from which the completion and the manual page are generated.
struct OptionText {
  std::string names;  // "-o,--output"; empty dashes for a positional
  std::string value;  // "FILE"; empty for a flag
  std::string help;
  std::vector<std::string> choices;
  bool positional = false;
};
struct CommandText {
  std::string name, summary, examples;
  std::vector<OptionText> options;
};
struct ProgramText {
  std::string name, version, summary, examples, epilogue;
  std::vector<CommandText> commands;
};
ProgramText describe_command_line();

}  // namespace volley::app
