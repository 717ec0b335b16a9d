// The only file that includes CLI11, which is slow to compile.
#include "apps/volley/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "apps/volley/typed.h"
#include "engine/did_you_mean.h"

namespace volley::app {
namespace {

constexpr const char* kSummary =
    "volley simulates spiking networks event by event, exactly, and says what they would cost on a chip.";
constexpr const char* kExamples =
    "  volley run apps/examples/brunel.yaml -o run.h5\n"
    "  volley energy run.h5 --chip loihi --by population\n"
    "  volley replay run.h5 --mode compare\n";
constexpr const char* kEpilogue =
    "Precedence: option, then -s, then environment (VOLLEY_SEED, VOLLEY_THREADS), then file, then default. NO_COLOR is "
    "honoured.\n"
    "Exit codes: 0 done; 1 the run failed; 2 wrong usage or configuration; 3 unreadable input; 4 a comparison differs; "
    "130 interrupted.";

struct Command {
  CLI::App* app;
  const char* examples;
  std::size_t files_least, files_most;
  const char* files;  // how a message calls them
};

// Puts a command's examples before everything else in its own help, and leaves them out of the list of commands.
class ExamplesFirst : public CLI::Formatter {
 public:
  void add(const std::string& command, const std::string& examples) { examples_[command] = examples; }

  std::string make_description(const CLI::App* app) const override {
    const auto found = examples_.find(app->get_name());
    const std::string text = CLI::Formatter::make_description(app);
    return found == examples_.end() ? text : absl::StrCat("Examples:\n", found->second, "\n", text);
  }

 private:
  std::map<std::string, std::string> examples_;
};

class CommandLine {
 public:
  CommandLine() : app_(kSummary, "volley") {
    app_.set_version_flag("--version", std::string("volley ") + VOLLEY_VERSION);
    app_.require_subcommand(0, 1);
    app_.allow_extras();
    app_.fallthrough(false);
    add_talk(app_);
    formatter_->column_width(34);
    formatter_->add("volley", kExamples);
    app_.formatter(formatter_);
    app_.footer(kEpilogue);
    add_run();
    add_replay();
    add_energy();
    add_info();
    add_diff();
    add_check();
    add_list();
  }

  std::variant<Parsed, Answer> parse(const std::vector<std::string>& arguments);
  ProgramText describe() const;

 private:
  CLI::App* add(const char* name, const char* summary, const char* examples, std::size_t least, std::size_t most,
                const char* files) {
    CLI::App* command = app_.add_subcommand(name, summary);
    formatter_->add(name, examples);
    command->allow_extras();
    command->add_option("FILE", typed_.files, files)->type_name("");
    add_talk(*command);
    commands_.emplace(name, Command{command, examples, least, most, files});
    summaries_.emplace_back(name, summary);
    return command;
  }

  void add_talk(CLI::App& app) {
    app.add_flag("-q,--quiet", quiet_, "Say nothing but errors");
    app.add_flag("-v,--verbose", verbose_, "Say more");
  }
  void add_plan(CLI::App& app) {
    app.add_option("-s,--set", typed_.overrides, "Override a value of the description, e.g. parameters.g=5; repeatable")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    app.add_option("--input", typed_.inputs,
                   "Feed a source from a spike file (.bs1 .bin .csv .dat .gdf .h5); repeatable")
        ->type_name("[SOURCE=]FILE")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
  }
  void add_running(CLI::App& app) {
    app.add_option("--seed", typed_.seed, "Seed of all random numbers")->type_name("N");
    app.add_option("--threads", typed_.threads, "Threads; never changes results (default: all cores)")->type_name("N");
    app.add_option("--until", typed_.until, "Simulated time, e.g. 10s")->type_name("TIME");
    app.add_option("-o,--output", typed_.output, "Record to this HDF5 file; without it nothing is written")
        ->type_name("RUN.h5");
    app.add_flag("--raster", typed_.raster, "Draw the spikes even if stdout is no terminal");
    add_json(app);
  }
  void add_json(CLI::App& app) { app.add_flag("--json", typed_.json, "Print one JSON object on stdout"); }

  void add_run() {
    CLI::App* app = add("run", "Run a network and report rates, regularity, speed and energy.",
                        "  volley run net.yaml -o run.h5\n"
                        "  volley run net.yaml -s parameters.g=6 --chip loihi --compare exact\n"
                        "  volley run trained.net --input sample.bs1\n",
                        1, 1, "network to run: .yaml or .net");
    add_plan(*app);
    add_running(*app);
    app->add_option("--save-weights", typed_.save_weights,
                    "Write the last weights of a projection as edges, which `edges: {file: ...}` reads; repeatable")
        ->type_name("PROJECTION=FILE.csv")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    app->add_option(
           "--chip", typed_.run_chip,
           "Run the network as this chip's integers, and say what was rounded; a name of volley list chips, or "
           "a chip's file")
        ->type_name("NAME");
    app->add_option("--weight-bits", typed_.weight_bits,
                    "Bits of every weight on the chip, 1 to 6 or 8 (default: the best for each projection)")
        ->type_name("N");
    app->add_option("--step", typed_.step, "Algorithmic step of the chip (default 1ms)")->type_name("TIME");
    app->add_option("--compare", typed_.compare, "Run the network exactly as well, and print what the chip changes")
        ->type_name("exact");
    app->add_option(
           "--placement", typed_.placement,
           "Put neurons on cores: sequential, balanced, traffic, or a file; refuse what does not fit (default: "
           "sequential, if it fits)")
        ->type_name("METHOD");
    app->add_option("--rates", typed_.rates, "Rates for placement by traffic: a recording (.h5), or a number of Hz")
        ->type_name("RATES");
    app->add_option("--timing", typed_.timing, "How a step on the chip is timed: with its network, or without")
        ->type_name("mesh|simple");
    app->add_option("--timeline", typed_.timeline, "Write what cores and messages did, for ui.perfetto.dev")
        ->type_name("FILE.json");
    app->add_option("--window", typed_.window, "Count per stretch of this length as well (default: the whole run)")
        ->type_name("TIME");
  }
  void add_replay() {
    CLI::App* app = add("replay", "Feed a recording into a network, or run it again and compare.",
                        "  volley replay run.h5 --into readout.yaml -o readout.h5\n"
                        "  volley replay run.h5 --into net.yaml --population exc --mode drive\n"
                        "  volley replay run.h5 --mode compare\n",
                        1, 1, "recording made by volley run -o");
    app->add_option("--into", typed_.into, "Network that gets the recording; compare: default is the recording's own")
        ->type_name("NET");
    app->add_option("--mode", typed_.mode,
                    "drive: recorded spikes replace the populations of the same name; compare: run and report the "
                    "first difference")
        ->type_name("drive|compare");
    app->add_option("--population", typed_.populations, "Replay only this population or source; repeatable")
        ->type_name("NAME")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    add_plan(*app);
    add_running(*app);
  }
  void add_energy() {
    CLI::App* app = add("energy", "Estimate what a recorded run would cost on a chip; simulates nothing.",
                        "  volley energy run.h5 --by inference --inference 100ms\n"
                        "  volley energy run.h5 --sweep synaptic_operation=10..50:9 > sweep.csv\n"
                        "  volley energy run.h5 --compare my_chip.yaml --html energy.html\n",
                        1, 1, "recording made by volley run -o");
    app->add_option("--chip", typed_.chip,
                    "Chip, or a chip's .yaml file; volley list chips names them (default: the run's own, else loihi)")
        ->type_name("NAME");
    app->add_option("--table", typed_.table, "Coefficient table (default: all of a placed run's chip, else the first)")
        ->type_name("NAME");
    app->add_option("--by", typed_.by, "Breakdown; core, link, step and inference need a placed run")
        ->type_name("unit|population|core|link|step|inference");
    app->add_option("--inference", typed_.inference, "Time of one inference (default: the whole run)")
        ->type_name("TIME");
    app->add_option("--compare", typed_.compare, "Price the same counts on this chip too, or on a chip's .yaml file")
        ->type_name("CHIP");
    app->add_option("--sweep", typed_.sweep, "Vary one coefficient; CSV on stdout: KEY is event or event.measure")
        ->type_name("KEY=A..B:N");
    app->add_option("--html", typed_.html, "Write a page with pictures that needs no network")->type_name("OUT.html");
    app->add_option("--step", typed_.step, "Algorithmic step of the chip, of a run without placement (default 1ms)")
        ->type_name("TIME");
    add_json(*app);
  }
  void add_info() {
    add_json(*add("info", "Say what a file holds.",
                  "  volley info run.h5\n"
                  "  volley info net.yaml\n"
                  "  volley info sample.bs1 --json\n",
                  1, 1, "recording, network or spike file"));
  }
  void add_diff() {
    CLI::App* app = add("diff", "Compare the spikes of two recordings.",
                        "  volley diff a.h5 b.h5\n"
                        "  volley diff a.h5 b.h5 --tolerance 10us\n"
                        "  volley diff a.h5 b.h5 --json\n",
                        2, 2, "two recordings");
    app->add_option("--tolerance", typed_.tolerance, "Times this close count as equal (default: exactly equal)")
        ->type_name("TIME");
    add_json(*app);
  }
  void add_check() {
    CLI::App* app = add("check", "Find everything that is wrong with a network, without running it.",
                        "  volley check net.yaml\n"
                        "  volley check net.yaml --chip loihi --placement traffic --rates run.h5\n"
                        "  volley check net.yaml -s parameters.g=6 --json\n",
                        1, 1, "network to check");
    add_plan(*app);
    app->add_option("--seed", typed_.seed, "Seed of all random numbers")->type_name("N");
    app->add_option("--until", typed_.until, "Simulated time, e.g. 10s")->type_name("TIME");
    app->add_option("--chip", typed_.fit_chip,
                    "Say whether the network fits on this chip, and print its map; a name, or a chip's .yaml file")
        ->type_name("CHIP");
    app->add_option("--placement", typed_.placement,
                    "sequential (default), balanced, traffic, or a placement's .yaml file")
        ->type_name("METHOD");
    app->add_option("--rates", typed_.rates, "Rates for placement by traffic: a recording (.h5), or a number of Hz")
        ->type_name("RATES");
    app->add_option("--save-placement", typed_.save_placement, "Write the placement to this file")->type_name("FILE");
    app->add_option("--step", typed_.step, "Algorithmic step of the chip (default 1ms)")->type_name("TIME");
    app->add_flag("--resolved", typed_.resolved, "Print the effective description as YAML");
    add_json(*app);
  }
  void add_list() {
    CLI::App* app = add("list", "List models, rules, chips, formats or examples, or print one of them.",
                        "  volley list models lif_delta\n"
                        "  volley list examples brunel > net.yaml\n"
                        "  volley list chips generic --yaml > chip.yaml\n",
                        1, 2, "models, rules, chips, formats or examples, and optionally one name");
    app->add_flag("--yaml", typed_.yaml, "Print the chip's own file, to copy and change");
    add_json(*app);
  }

  absl::Status check_extras(const CLI::App& app) const;
  absl::Status check_values(const CLI::App& app) const;

  std::shared_ptr<ExamplesFirst> formatter_ = std::make_shared<ExamplesFirst>();  // CLI11 shares it between commands
  CLI::App app_;
  Typed typed_;
  bool quiet_ = false, verbose_ = false;
  std::map<std::string, Command> commands_;
  std::vector<std::pair<std::string, std::string>> summaries_;
};

std::vector<std::string> long_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

absl::Status CommandLine::check_extras(const CLI::App& app) const {
  for (const std::string& extra : app.remaining()) {
    if (!extra.starts_with("-")) {
      return usage_error(absl::StrCat("unexpected argument `", extra, "`; see volley ", app.get_name(), " --help"));
    }
    return usage_error(absl::StrCat("unknown option `", extra, "`; ",
                                    did_you_mean(extra.substr(0, extra.find('=')), long_names(app))));
  }
  return absl::OkStatus();
}

// An option with an empty value would pass for one that was not given.
absl::Status CommandLine::check_values(const CLI::App& app) const {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() == 0 || option->count() == 0) continue;
    for (const std::string& value : option->results()) {
      if (!value.empty()) continue;
      return usage_error(absl::StrCat(option->get_name(option->get_positional(), true),
                                      ": has an empty value; give one, or leave the option out"));
    }
  }
  return absl::OkStatus();
}

std::variant<Parsed, Answer> CommandLine::parse(const std::vector<std::string>& arguments) {
  const auto refuse = [](absl::string_view message) { return Answer{ExitCode::kUsage, {}, std::string(message)}; };
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // CLI11 takes them from the back
    app_.parse(reversed);
  } catch (const CLI::CallForVersion& version) {
    return Answer{ExitCode::kOk, std::string(version.what()) + "\n", {}};
  } catch (const CLI::CallForHelp&) {
    return Answer{ExitCode::kOk, app_.help(), {}};
  } catch (const CLI::ParseError& error) {
    return refuse(error.what());
  }
  if (app_.get_subcommands().empty()) {
    const std::vector<std::string> extras = app_.remaining();
    if (extras.empty()) return Answer{ExitCode::kUsage, {}, "no command given\n" + app_.help()};
    std::vector<std::string> known;
    for (const auto& [name, summary] : summaries_) known.push_back(name);
    const bool option = extras[0].starts_with("-");
    return refuse(absl::StrCat("unknown ", option ? "option" : "command", " `", extras[0], "`; ",
                               did_you_mean(extras[0], option ? long_names(app_) : known)));
  }
  const std::string name = app_.get_subcommands()[0]->get_name();
  const Command& command = commands_.at(name);
  if (absl::Status status = check_extras(*command.app); !status.ok()) return refuse(status.message());
  if (absl::Status status = check_values(*command.app); !status.ok()) return refuse(status.message());
  if (typed_.files.size() < command.files_least || typed_.files.size() > command.files_most) {
    return refuse(absl::StrCat("volley ", name, " takes ", command.files, "; ", typed_.files.size(),
                               " arguments given. For example:\n", command.examples));
  }
  auto request = request_of(name, typed_, arguments);
  if (!request.ok()) return refuse(request.status().message());
  return Parsed{*std::move(request), quiet_     ? Talkativeness::kQuiet
                                     : verbose_ ? Talkativeness::kVerbose
                                                : Talkativeness::kNormal};
}

OptionText text_of(const CLI::Option& option) {
  OptionText text;
  text.positional = option.get_positional();
  text.names = option.get_name(text.positional, !text.positional);
  text.help = option.get_description();
  if (option.get_items_expected_max() > 0 || option.get_type_size_max() > 0) text.value = option.get_type_name();
  if (text.value.find('|') != std::string::npos) text.choices = absl::StrSplit(text.value, '|');
  return text;
}

ProgramText CommandLine::describe() const {
  ProgramText program{"volley", VOLLEY_VERSION, kSummary, kExamples, kEpilogue, {}};
  for (const auto& [name, summary] : summaries_) {
    const Command& command = commands_.at(name);
    CommandText text{name, summary, command.examples, {}};
    for (const CLI::Option* option : command.app->get_options()) text.options.push_back(text_of(*option));
    if (name == "list") {
      for (OptionText& option : text.options) {
        if (option.positional) option.choices = {"models", "rules", "chips", "formats", "examples"};
      }
    }
    program.commands.push_back(std::move(text));
  }
  return program;
}

}  // namespace

std::variant<Parsed, Answer> parse_command_line(const std::vector<std::string>& arguments) {
  return CommandLine().parse(arguments);
}

ProgramText describe_command_line() { return CommandLine().describe(); }

}  // namespace volley::app
