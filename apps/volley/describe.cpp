// Writes the bash completion or the manual page of volley, from the command line's own description. Runs at build.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "apps/volley/command_line.h"

namespace {

using namespace volley::app;

std::vector<std::string> names_of(const OptionText& option) {
  return option.positional ? std::vector<std::string>{} : std::vector<std::string>(absl::StrSplit(option.names, ','));
}

std::string bash_completion(const ProgramText& program) {
  std::vector<std::string> commands;
  std::string cases, values;
  for (const CommandText& command : program.commands) {
    commands.push_back(command.name);
    std::vector<std::string> words;
    for (const OptionText& option : command.options) {
      for (const std::string& name : names_of(option)) {
        words.push_back(name);
        if (!option.choices.empty()) {
          absl::StrAppend(&values, "    ", command.name, " ", name, ") words=\"", absl::StrJoin(option.choices, " "),
                          "\" ;;\n");
        }
      }
      if (option.positional) words.insert(words.end(), option.choices.begin(), option.choices.end());
    }
    absl::StrAppend(&cases, "    ", command.name, ") words=\"", absl::StrJoin(words, " "), "\" ;;\n");
  }
  // Patterns with a space are quoted, because a case pattern is one word.
  std::string quoted_values;
  for (std::string_view line : std::vector<std::string>(absl::StrSplit(values, '\n', absl::SkipEmpty()))) {
    const std::size_t close = line.find(')');
    absl::StrAppend(&quoted_values, "    \"", std::string(line.substr(4, close - 4)), "\"",
                    std::string(line.substr(close)), "\n");
  }
  return absl::StrCat("# bash completion of volley ", program.version, "; source it, or install it as volley\n",
                      "_volley() {\n  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} "
                      "command=${COMP_WORDS[1]} words=\n",
                      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"",
                      absl::StrJoin(commands, " "), " --help --version\" -- \"$current\"))\n    return\n  fi\n",
                      "  case \"$command $previous\" in\n", quoted_values, "  esac\n",
                      "  if [ -z \"$words\" ]; then\n    case \"$command\" in\n", cases, "    esac\n  fi\n",
                      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n",
                      "complete -o bashdefault -o default -F _volley volley\n");
}

// Text in troff: a dash is a minus sign, a backslash is spelt, and no line may begin with a dot or a quote.
std::string troff(std::string_view text) {
  std::string safe = absl::StrReplaceAll({text.data(), text.size()}, {{"\\", "\\e"}, {"-", "\\-"}});
  return absl::StrReplaceAll(safe, {{"\n.", "\n\\&."}, {"\n'", "\n\\&'"}});
}

std::string man_page(const ProgramText& program) {
  std::string text = absl::StrCat(".TH VOLLEY 1 \"\" \"volley ", program.version,
                                  "\" \"User Commands\"\n.SH NAME\nvolley \\- ", troff(program.summary),
                                  "\n.SH SYNOPSIS\n.B volley\n.I command\n[\\fIoption\\fR...]\n.SH EXAMPLES\n.nf\n",
                                  troff(program.examples), ".fi\n.SH COMMANDS\n");
  for (const CommandText& command : program.commands) {
    absl::StrAppend(&text, ".SS volley ", command.name, "\n", troff(command.summary), "\n.PP\n.nf\n",
                    troff(command.examples), ".fi\n");
    for (const OptionText& option : command.options) {
      absl::StrAppend(&text, ".TP\n\\fB", troff(absl::StrReplaceAll(option.names, {{",", ", "}})), "\\fR",
                      option.value.empty() ? "" : absl::StrCat(" \\fI", troff(option.value), "\\fR"), "\n",
                      troff(option.help), "\n");
    }
  }
  return absl::StrCat(text, ".SH NOTES\n", troff(absl::StrReplaceAll(program.epilogue, {{"\n", "\n.PP\n"}})), "\n");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "";
  if (kind != "bash" && kind != "man") {
    std::fputs("usage: volley_describe bash|man\n", stderr);
    return 2;
  }
  const ProgramText program = describe_command_line();
  const std::string text = kind == "bash" ? bash_completion(program) : man_page(program);
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
