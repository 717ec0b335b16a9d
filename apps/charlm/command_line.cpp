// The only file of this program that includes CLI11, which is slow to compile.
#include "apps/charlm/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <limits>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "apps/charlm/fair_table.h"
#include "apps/charlm/reproduce.h"

namespace volley::charlm {
namespace {

constexpr const char* kSummary =
    "charlm: a character language model on a spiking reservoir, with fair yardsticks beside it.\n"
    "  charlm train --text text.txt --model hybrid --save model\n"
    "  charlm sample --model model --prime 'To be'\n"
    "  charlm table --text text.txt --csv table.csv --svg table.svg\n"
    "  charlm grow --text text.txt\n"
    "  charlm reproduce --text ../shared/data/text/snnlm_corpus.txt";

// A whole number in decimal digits. CLI11 itself reads -1, and what is too large, as 2^64 - 1 and 010 as 8.
template <typename Unsigned>
void add_count(CLI::App& command, const std::string& name, Unsigned& value, const std::string& what) {
  const auto read = [&value, name](const CLI::results_t& given) {
    const std::string& text = given.back();
    const char* const end = text.data() + text.size();
    if (const auto [rest, error] = std::from_chars(text.data(), end, value); error == std::errc{} && rest == end) {
      return true;
    }
    throw CLI::ValidationError(
        name, text + ", must be a whole number of at most " + std::to_string(std::numeric_limits<Unsigned>::max()));
  };
  command.add_option(name, read, what)->type_name("N");
}

class CommandLine {
 public:
  CommandLine() : app_(kSummary, "charlm") {
    app_.set_version_flag("--version", std::string("charlm ") + VOLLEY_VERSION);
    app_.require_subcommand(0, 1);
    app_.add_flag("-q,--quiet", quiet_, "Say nothing but results and errors");
    app_.fallthrough();
    add_train();
    add_sample();
    add_table();
    add_reproduce();
    add_bench();
    add_grow();
    add_chip();
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
    if (app_.got_subcommand("train")) {
      if (const std::string refusal = idle_option(); !refusal.empty()) {
        return Answer{"", refusal, app::ExitCode::kUsage};
      }
      return Parsed{train_, talk};
    }
    if (app_.got_subcommand("sample")) return Parsed{sample_, talk};
    if (app_.got_subcommand("table")) return Parsed{table_, talk};
    if (app_.got_subcommand("chip")) return Parsed{chip_, talk};
    if (app_.got_subcommand("grow")) return Parsed{grow_, talk};
    if (app_.got_subcommand("bench")) return Parsed{bench_, talk};
    return Answer{app_.help(), "", app::ExitCode::kUsage};
  }

 private:
  void add_text(CLI::App& command, std::string& text) {
    command.add_option("--text", text, "Text to learn from: any file, every byte a character")
        ->type_name("FILE")
        ->required();
  }

  // What is wrong with an option of `train` that its model has no use for. Empty: none is.
  std::string idle_option() const {
    const ModelChoice& choice = train_.choice;
    const CLI::App& command = *app_.get_subcommand("train");
    const auto refused = [&](const char* option, const char* whose) {
      return command.count(option) == 0
                 ? std::string()
                 : absl::StrCat("train: ", std::string(option), " is for ", whose, ", the model is ", choice.kind,
                                "; leave it out, or set `--model`");
    };
    const bool spiking = choice.is_spiking();
    for (const char* option : {"--neurons", "--seed", "--rate", "--epochs"}) {
      if (std::string text = refused(option, "models with a readout"); choice.is_ngram() && !text.empty()) return text;
    }
    if (std::string text = refused("--order", "ngram"); !choice.is_ngram() && !text.empty()) return text;
    if (std::string text = refused("--no-recurrence", "spiking models"); !spiking && !text.empty()) return text;
    return "";
  }

  void add_reproduce() {
    CLI::App* command = app_.add_subcommand(
        "reproduce", "Repeat the source's experiments: published figures, ours, and controls side by side.");
    add_text(*command, reproduce_.text);
    command
        ->add_option("--experiment", reproduce_.experiments,
                     "Only this one; repeatable (all): " + absl::StrJoin(experiment_names(), ", "))
        ->type_name("NAME")
        ->allow_extra_args(false);
    command->add_option("--csv", reproduce_.csv, "Write the figures to this file, too")->type_name("FILE");
  }

  void add_first(CLI::App& command, std::size_t& first, bool& allow_leak) {
    add_count(command, "--first", first, "Only the first N characters of the text; 0: all (0)");
    command.add_flag("--allow-leak", allow_leak, "Go on where test windows occur in the training part");
  }

  void add_train() {
    CLI::App* command = app_.add_subcommand(
        "train", "Train one model on nine tenths of a text, test it on the rest, and say what a character costs.");
    add_text(*command, train_.text);
    command->add_option("--model", train_.choice.kind, "hybrid, counts, membrane, sparse, esn, dnn, lstm or ngram")
        ->type_name("KIND");
    add_count(*command, "--neurons", train_.choice.neurons, "Size of the frozen network (200)");
    add_count(*command, "--order", train_.choice.order, "Order of the n-gram (5)");
    add_count(*command, "--seed", train_.choice.seed, "Seed of the frozen weights (42)");
    command->add_flag_callback(
        "--no-recurrence", [this] { train_.choice.recurrent = false; }, "Leave out the reservoir's recurrent synapses");
    command->add_option("--rate", train_.rate, "Learning rate at the start (1)")->type_name("RATE");
    add_count(*command, "--epochs", train_.epochs, "Passes over the training part (1)");
    add_first(*command, train_.first, train_.allow_leak);
    command->add_option("--save", train_.save, "Write the trained model to this file")->type_name("FILE");
  }

  void add_sample() {
    CLI::App* command = app_.add_subcommand("sample", "Write text with a trained model.");
    command->add_option("--model", sample_.model, "File that train or grow --save wrote")
        ->type_name("FILE")
        ->required();
    command->add_option("--text", sample_.text, "Refuse the model if its vocabulary is not this text's")
        ->type_name("FILE");
    command->add_option("--prime", sample_.prime, "What the text begins with")->type_name("TEXT");
    add_count(*command, "--length", sample_.length, "Characters to write (500)");
    command->add_option("--temperature", sample_.temperature, "0: always the most probable one (1)")->type_name("T");
    add_count(*command, "--seed", sample_.seed, "Seed of the draws (1)");
  }

  void add_table() {
    CLI::App* command = app_.add_subcommand(
        "table", "Train and test every model by one protocol: mean and spread over seeds, costs, n-grams.");
    add_text(*command, table_.text);
    add_first(*command, table_.first, table_.allow_leak);
    add_count(*command, "--seeds", table_.seeds, "Seeds per row (3)");
    add_count(*command, "--threads", table_.threads, "Runs at a time; never changes results (1)");
    command
        ->add_option("--row", table_.rows,
                     "Only this row; repeatable (all and n-grams): " + absl::StrJoin(network_row_names(), "; "))
        ->type_name("NAME")
        ->allow_extra_args(false);
    command->add_option("--csv", table_.csv, "Write the table to this file, too")->type_name("FILE");
    command->add_option("--svg", table_.svg, "Draw it to this file")->type_name("FILE");
  }

  void add_bench() {
    CLI::App* command = app_.add_subcommand(
        "bench", "Time the clocked and the event-driven form of the reservoir at several firing rates.");
    add_text(*command, bench_.text);
    add_count(*command, "--characters", bench_.characters, "How many of the text (20000)");
    add_count(*command, "--neurons", bench_.neurons, "Size of the reservoir (200)");
    add_count(*command, "--ticks", bench_.ticks, "Ticks of a character; more make the same time finer (10)");
    add_count(*command, "--seed", bench_.seed, "Seed of the weights (42)");
  }

  void add_grow() {
    CLI::App* command = app_.add_subcommand(
        "grow", "Grow a spiking network of coincidence detectors over a text, train its readout, and test it.");
    add_text(*command, grow_.text);
    add_first(*command, grow_.first, grow_.allow_leak);
    add_count(*command, "--order", grow_.plan.order, "Characters of the longest context (6)");
    add_count(*command, "--words", grow_.plan.words, "Letters of the longest beginning of a word; 0: none (8)");
    add_count(*command, "--seen", grow_.plan.seen, "Coincidences that make a neuron (2)");
    add_count(*command, "--epochs", grow_.plan.epochs, "Passes of the readout (2)");
    command->add_option("--rate", grow_.plan.rate, "Learning rate at the start (0.5)")->type_name("RATE");
    add_count(*command, "--threads", grow_.plan.threads, "Threads of the engine; never changes results (1)");
    command->add_option("--save", grow_.save, "Write the grown network and its readout to this file")
        ->type_name("FILE");
  }

  void add_chip() {
    CLI::App* command = app_.add_subcommand(
        "chip", "Run a reservoir as the integers of a Loihi chip: perplexity lost, energy and time per character.");
    add_text(*command, chip_.text);
    add_first(*command, chip_.first, chip_.allow_leak);
    command->add_option("--model", chip_.choice.kind, "hybrid, counts, membrane or sparse")->type_name("KIND");
    add_count(*command, "--neurons", chip_.choice.neurons, "Size of the reservoir (200)");
    add_count(*command, "--seed", chip_.choice.seed, "Seed of its weights (42)");
    command->add_option("--weight-bits", chip_.weight_bits, "Bits of every weight, 1 to 6 or 8 (default: the best)")
        ->type_name("N");
    command->add_option("--placement", chip_.placement, "sequential, balanced, traffic, or a file (sequential)")
        ->type_name("METHOD");
  }

  CLI::App app_;
  bool quiet_ = false;
  ReproduceRequest reproduce_;
  TrainRequest train_;
  SampleRequest sample_;
  TableRequest table_;
  BenchRequest bench_;
  GrowRequest grow_;
  ChipRequest chip_;
};

}  // namespace

std::variant<Parsed, Answer> parse_command_line(std::vector<std::string> arguments) {
  return CommandLine().parse(std::move(arguments));
}

}  // namespace volley::charlm
