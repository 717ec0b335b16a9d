// The only file of this program that includes CLI11, which is slow to compile.
#include "apps/charlm/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

namespace volley::charlm {
namespace {

constexpr const char* kSummary =
    "charlm: a character language model on a spiking reservoir, with fair yardsticks beside it.\n"
    "  charlm reproduce --text ../shared/data/text/snnlm_corpus.txt";

class CommandLine {
 public:
  CommandLine() : app_(kSummary, "charlm") {
    app_.set_version_flag("--version", std::string("charlm ") + VOLLEY_VERSION);
    app_.require_subcommand(0, 1);
    app_.add_flag("-q,--quiet", quiet_, "Say nothing but errors");
    app_.fallthrough();
    add_reproduce();
  }

  std::variant<Parsed, Answer> parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      std::ostringstream out, err;
      const int code = app_.exit(error, out, err);
      if (code == 0) return Answer{out.str(), "", app::ExitCode::kOk};
      return Answer{"", error.what() + std::string("; charlm --help lists commands and options"),
                    app::ExitCode::kUsage};
    }
    const app::Talkativeness talk = quiet_ ? app::Talkativeness::kQuiet : app::Talkativeness::kNormal;
    if (app_.got_subcommand("reproduce")) return Parsed{reproduce_, talk};
    return Answer{app_.help(), "", app::ExitCode::kUsage};
  }

 private:
  void add_text(CLI::App& command, std::string& text) {
    command.add_option("--text", text, "Text to learn from: any file, every byte a character")
        ->type_name("FILE")
        ->required();
  }

  void add_reproduce() {
    CLI::App* command = app_.add_subcommand(
        "reproduce", "Repeat the source's experiments: published figures, ours, and controls side by side.");
    add_text(*command, reproduce_.text);
    command->add_option("--experiment", reproduce_.experiments, "Only this one; repeatable (default: all)")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command->add_option("--csv", reproduce_.csv, "Write the figures to this file, too")->type_name("FILE");
  }

  CLI::App app_;
  bool quiet_ = false;
  ReproduceRequest reproduce_;
};

}  // namespace

std::variant<Parsed, Answer> parse_command_line(std::vector<std::string> arguments) {
  return CommandLine().parse(std::move(arguments));
}

}  // namespace volley::charlm
