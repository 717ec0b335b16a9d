// The only file of this program that includes CLI11, which is slow to compile.
#include "apps/edlearn/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "apps/volley/whole_number.h"

namespace volley::edlearn {
namespace {

constexpr const char* kSummary =
    "edlearn trains spiking networks with Kaneko's Error Diffusion: no chain rule, no weight transport, excitatory "
    "and\n"
    "inhibitory neurons in pairs. Progress and results go to stdout, one line per epoch.";
constexpr const char* kExamples =
    "Examples:\n"
    "  edlearn --mnist --data ../shared/data --train 60000 --test 10000 --epochs 6 --hidden 64\n"
    "  edlearn --form source --fashion --data ../shared/data --train 1000 --test 500 --epochs 20 --hidden 256 --lr "
    "0.15\n"
    "  edlearn --form rate --mnist --data ../shared/data --train 60000 --test 10000 --epochs 5\n"
    "Exit codes: 0 done; 1 the run failed; 2 wrong usage; 3 unreadable input; 130 interrupted.";

// One of the words; CLI::CheckedTransformer takes their numbers, too, and shows them.
template <class T>
CLI::Validator one_of(std::map<std::string, T> words) {
  return CLI::Validator(
      [words = std::move(words)](std::string& word) {
        if (const auto found = words.find(word); found != words.end()) {
          word = std::to_string(static_cast<int>(found->second));
          return std::string();
        }
        const auto name = [](std::string* out, const auto& known) { out->append(known.first); };
        return absl::StrCat(word, ", must be one of ", absl::StrJoin(words, ", ", name));
      },
      "");
}

class Parser {
 public:
  Parser() : app_(kSummary, "edlearn") {
    app_.footer(kExamples);
    // Of an option given twice the last one counts, so that scripts can add to a line.
    app_.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    add_run();
    add_rule();
    add_neurons();
    add_files();
  }

  std::variant<Settings, Answered> parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());
    try {
      app_.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
      return Answered{app_.help(), "", app::ExitCode::kOk};
    } catch (const CLI::ParseError& error) {
      return wrong(error.what());
    }
    if (std::string problems = complete(); !problems.empty()) return wrong(problems);
    return settings_;
  }

 private:
  static Answered wrong(const std::string& text) {
    return {"", absl::StrCat(text, "\n(edlearn --help lists the options)"), app::ExitCode::kUsage};
  }

  // An option under the source's name, in both spellings: `--tau-m` and `--tau_m`.
  template <class T>
  CLI::Option* option(const std::string& name, T& value, const std::string& text) {
    std::string names = "--" + name;
    if (name.find('-') != std::string::npos) {
      std::string underlined = name;
      std::replace(underlined.begin(), underlined.end(), '-', '_');
      names += ",--" + underlined;
    }
    return app_.add_option(names, value, text);
  }

  void add_run() {
    CLI::Option* mnist = app_.add_flag("--mnist", mnist_, "handwritten digits (the default)");
    app_.add_flag("--fashion", settings_.fashion, "Fashion-MNIST")->excludes(mnist);
    option("data", settings_.data, "folder with the IDX files, or with mnist/ and fashion-mnist/ (data)");
    static const std::map<std::string, Form> forms{
        {"source", Form::kSource}, {"rate", Form::kRate}, {"spiking", Form::kSpiking}};
    option("form", settings_.form, "source, rate or spiking (the default)")->transform(one_of(forms));
    option("train", settings_.train, "training images per epoch (512)");
    option("test", settings_.test, "test images per epoch (512)");
    option("epochs", settings_.epochs, "(10)");
    CLI::Option* fixed = app_.add_flag("--fixed", settings_.fixed_images,
                                       "the first --train images in every epoch; without it they are drawn anew");
    app_.add_flag("--drawn", settings_.drawn_once, "with --fixed: not the first images, but some drawn once by --seed")
        ->needs(fixed);
    option("held-out", settings_.held_out,
           "test on the last N training images, to choose settings (0: on the test set)");
    option("hidden", hidden_, "hidden neurons per class, first layer first, such as 256,128 (128)");
    option("seed", settings_.seed, "(1)")->check(app::whole_number());
    app_.add_flag("--baselines", settings_.baselines,
                  "also logistic regression and nearest neighbour on the same images");
  }

  void add_rule() {
    lr_ = option("lr", settings_.lr, "learning rate alpha (0.1; spiking: 0.4 and 0.2 for Fashion-MNIST)");
    lr_decay_ =
        option("lr-decay", settings_.lr_decay, "alpha falls as 1 / (1 + this * images seen) (0; spiking: 1e-5, 5e-5)");
    option("ami", settings_.ami, "output of two always active bias neurons, Kaneko's beta (0)");
    option("dif", settings_.dif, "amine diffusion u1 (0.5)");
    static const std::map<std::string, learning::Diffusion> ways{{"depth", learning::Diffusion::kByDepth},
                                                                 {"equal", learning::Diffusion::kEqual}};
    option("diffusion", settings_.diffusion, "depth: u1^distance, as the source; equal: u1, as Kaneko (depth)")
        ->transform(one_of(ways));
    option("sig", settings_.sig, "steepness u0 of the sigmoid (1.2)");
    option("w1", settings_.w1, "least initial weight (0.3)");
    option("w2", settings_.w2, "largest initial weight (0.5)");
    dead_zone_ = option("dead-zone", settings_.dead_zone, "errors up to this send no amine (0; spiking: 0.1)");
    slope_floor_ =
        option("slope-floor", settings_.slope_floor, "least value of |y| (1 - |y|) (0; spiking outputs: 0.02)");
    static const std::map<std::string, Activation> activations{{"sigmoid", Activation::kSigmoid},
                                                               {"frelu", Activation::kFrelu}};
    belongs(option("activation", settings_.activation, "sigmoid or frelu, of hidden neurons (sigmoid)")
                ->transform(one_of(activations)),
            {Form::kRate});
    frelu_offset_ =
        belongs(option("frelu-offset", settings_.frelu_offset, "least output of a frelu neuron (0.05)"), {Form::kRate});
  }

  void add_neurons() {
    const std::vector<Form> spikes{Form::kSource, Form::kSpiking};
    belongs(option("spike-max-rate", settings_.spike_max_rate, "rate of a white pixel in Hz (150)"), spikes);
    belongs(option("spike-sim-time", settings_.spike_sim_time, "time that an image is shown, in ms (50)"), spikes);
    belongs(option("spike-dt", settings_.spike_dt, "step of the input trains in ms (1)"), spikes);
    const std::string in = ", of the input neurons in form source, of all others in form spiking";
    v_rest_ = belongs(option("v-rest", lif_.v_rest, "resting potential in mV (-65)" + in), spikes);
    v_threshold_ = belongs(option("v-threshold", lif_.v_threshold, "threshold in mV (-40, -60)" + in), spikes);
    v_reset_ = belongs(option("v-reset", lif_.v_reset, "potential after a spike in mV (-70, -65)" + in), spikes);
    tau_m_ = belongs(option("tau-m", lif_.tau_m, "membrane time constant in ms (12, 20)" + in), spikes);
    tau_ref_ = belongs(option("tau-ref", lif_.tau_ref, "refractory period in ms (1, 2)" + in), spikes);
    r_m_ = belongs(option("r-m", lif_.r_m, "membrane resistance in MOhm (35, 10)" + in), spikes);
    const std::vector<Form> spiking{Form::kSpiking};
    belongs(option("gain", gain_,
                   "mV per unit of weight and spike, by layer (derived from the images' mean, or those of --load)"),
            spiking);
    bias_ =
        belongs(option("bias", settings_.bias, "constant current in nA (0.45: rests 0.5 mV below threshold)"), spiking);
    static const std::map<std::string, Readout> readouts{{"sigmoid", Readout::kSigmoid}, {"spikes", Readout::kSpikes}};
    belongs(
        option("readout", settings_.readout, "sigmoid of summed hidden spikes, or spikes of output neurons (sigmoid)")
            ->transform(one_of(readouts)),
        spiking);
    target_rate_ =
        belongs(option("target-rate", settings_.target_rate,
                       "part of an output's highest possible count that means 1, with --readout spikes (0.4)"),
                spiking);
    static const std::map<std::string, LearnFrom> sources{{"pixels", LearnFrom::kPixels},
                                                          {"counts", LearnFrom::kCounts}};
    belongs(option("learn-from", settings_.learn_from, "activity of the input in the rule: counts or pixels (counts)")
                ->transform(one_of(sources)),
            spiking);
  }

  void add_files() {
    option("save", settings_.save, "write the trained network to this file");
    option("load", settings_.load, "begin with the weights of this file; with --epochs 0 it is only tested");
    option("checkpoint", settings_.checkpoint, "after every epoch; a run that finds it there goes on from it");
    belongs(option("export", settings_.export_network,
                   "folder for the trained network as a description that volley run reads, with test images as spikes"),
            {Form::kSpiking});
    export_images_ = option("export-images", settings_.export_images, "how many test images (20)");
    belongs(option("chip", settings_.chip, "also test as the integers of this chip, with weights of 8 bits: loihi"),
            {Form::kSpiking});
    option("save-fig", settings_.save_fig, "folder for learning_curve.svg, heat_map.svg, live.html and curve.csv");
    app_.add_flag("--viz", settings_.viz, "renew the figures within epochs, too: open live.html");
    app_.add_flag("--verbose", settings_.verbose, "what layers and weights are like, after every epoch");
    app_.add_flag("--quiet", settings_.quiet, "no progress");
  }

  CLI::Option* belongs(CLI::Option* option, std::vector<Form> forms) {
    belongs_.emplace_back(option, std::move(forms));
    return option;
  }

  // Defaults that depend on other options, then every bound. Returns all problems, one per line.
  std::string complete();
  void set_defaults();

  CLI::App app_;
  Settings settings_;
  LifSettings lif_;
  bool mnist_ = false;
  std::string hidden_ = "128", gain_;
  CLI::Option *lr_, *lr_decay_, *dead_zone_, *slope_floor_, *bias_;
  CLI::Option *frelu_offset_, *target_rate_, *export_images_;
  CLI::Option *v_rest_, *v_threshold_, *v_reset_, *tau_m_, *tau_ref_, *r_m_;
  std::vector<std::pair<CLI::Option*, std::vector<Form>>> belongs_;
};

const char* name_of(Form form) { return form == Form::kSource ? "source" : form == Form::kRate ? "rate" : "spiking"; }

// "256,128" as numbers; false when it is none.
template <class T, class Convert>
bool numbers(const std::string& text, const Convert& convert, std::vector<T>& out) {
  out.clear();
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string word = text.substr(at, end - at);
    std::size_t used = 0;
    try {
      out.push_back(static_cast<T>(convert(word, &used)));
    } catch (const std::exception&) {
      return false;
    }
    if (used != word.size()) return false;
    at = end + 1;
  }
  return true;
}

void Parser::set_defaults() {
  Settings& s = settings_;
  s.lif = s.form == Form::kSource ? LifSettings{-65, -40, -70, 12, 1, 35} : LifSettings{};
  const auto take = [](CLI::Option* given, double& into, double value) {
    if (given->count() != 0) into = value;
  };
  take(v_rest_, s.lif.v_rest, lif_.v_rest);
  take(v_threshold_, s.lif.v_threshold, lif_.v_threshold);
  take(v_reset_, s.lif.v_reset, lif_.v_reset);
  take(tau_m_, s.lif.tau_m, lif_.tau_m);
  take(tau_ref_, s.lif.tau_ref, lif_.tau_ref);
  take(r_m_, s.lif.r_m, lif_.r_m);
  if (s.form != Form::kSpiking) return;
  if (lr_->count() == 0) s.lr = s.fashion ? 0.2 : 0.4;
  if (lr_decay_->count() == 0) s.lr_decay = s.fashion ? 5e-5 : 1e-5;
  if (dead_zone_->count() == 0) s.dead_zone = 0.1;
  if (slope_floor_->count() == 0 && s.readout == Readout::kSpikes) s.slope_floor = 0.02;
  if (bias_->count() == 0) s.bias = 0.45;
}

std::string Parser::complete() {
  set_defaults();
  Settings& s = settings_;
  std::vector<std::string> problems;
  for (const auto& [given, forms] : belongs_) {
    if (given->count() == 0 || std::find(forms.begin(), forms.end(), s.form) != forms.end()) continue;
    std::vector<std::string> names;
    for (const Form form : forms) names.emplace_back(name_of(form));
    problems.push_back(absl::StrFormat("%s: form %s does not use it; it belongs to form %s", given->get_name(),
                                       name_of(s.form), absl::StrJoin(names, " and ")));
  }
  const auto needs = [&](const CLI::Option* given, const std::string& other, bool is_there) {
    if (given->count() == 0 || is_there) return;
    problems.push_back(
        absl::StrFormat("%s: nothing uses it without %s; add that, or leave it out", given->get_name(), other));
  };
  needs(frelu_offset_, "--activation frelu", s.activation == Activation::kFrelu);
  needs(target_rate_, "--readout spikes", s.readout == Readout::kSpikes);
  needs(export_images_, "--export", !s.export_network.empty());
  const auto check = [&](bool good, const char* name, double value, const char* bound) {
    if (!good) problems.push_back(absl::StrFormat("%s %g, must be %s", name, value, bound));
  };
  std::vector<long long> hidden;
  if (!numbers(
          hidden_, [](const std::string& w, std::size_t* used) { return std::stoll(w, used); }, hidden)) {
    problems.push_back(absl::StrFormat("--hidden %s, must be whole numbers with commas, such as 256,128", hidden_));
  } else {
    s.hidden.clear();
    for (const long long h : hidden) {
      if (h < 2 || h % 2 != 0 || h > 6552) {
        problems.push_back(absl::StrFormat(
            "--hidden %d, must be an even number from 2 to 6552: excitatory and inhibitory neurons come in pairs", h));
      } else {
        s.hidden.push_back(static_cast<std::uint32_t>(h));
      }
    }
    if (hidden.size() > 8) problems.push_back(absl::StrFormat("--hidden: %d layers, must be at most 8", hidden.size()));
  }
  if (!gain_.empty()) {
    if (!numbers(
            gain_, [](const std::string& w, std::size_t* used) { return std::stod(w, used); }, s.gain)) {
      problems.push_back(absl::StrFormat("--gain %s, must be numbers of mV with commas", gain_));
    } else {
      const std::size_t layers = s.hidden.size() + (s.readout == Readout::kSpikes ? 1 : 0);
      if (s.gain.size() != layers) {
        problems.push_back(absl::StrFormat("--gain %s, must be %d numbers, one per spiking layer", gain_, layers));
      }
      for (const double g : s.gain) check(g > 0, "--gain", g, "above 0");
    }
  }
  const auto finite = [](double x) { return std::isfinite(x); };
  check(s.train >= 1, "--train", s.train, "at least 1");
  check(s.test >= 1, "--test", s.test, "at least 1");
  check(s.epochs <= 100000, "--epochs", s.epochs, "at most 100000");
  check(s.epochs >= 1 || !s.load.empty(), "--epochs", s.epochs, "at least 1, unless a network is loaded with --load");
  check(finite(s.lr) && s.lr > 0, "--lr", s.lr, "above 0");
  check(finite(s.lr_decay) && s.lr_decay >= 0, "--lr-decay", s.lr_decay, "at least 0");
  check(s.ami >= 0 && s.ami <= 1, "--ami", s.ami, "from 0 to 1");
  check(finite(s.dif) && s.dif > 0, "--dif", s.dif, "above 0");
  check(finite(s.sig) && s.sig > 0, "--sig", s.sig, "above 0");
  check(s.w1 >= 0 && s.w1 <= s.w2 && s.w2 < 1e6, "--w1", s.w1, "from 0 to --w2");
  check(s.dead_zone >= 0 && s.dead_zone < 1, "--dead-zone", s.dead_zone, "from 0 to below 1");
  check(s.slope_floor >= 0 && s.slope_floor <= 0.25, "--slope-floor", s.slope_floor, "from 0 to 0.25");
  check(s.frelu_offset >= 0 && s.frelu_offset < 1, "--frelu-offset", s.frelu_offset, "from 0 to below 1");
  check(finite(s.spike_max_rate) && s.spike_max_rate > 0, "--spike-max-rate", s.spike_max_rate, "above 0 Hz");
  check(s.spike_dt >= 0.001 && s.spike_dt <= 100, "--spike-dt", s.spike_dt, "from 0.001 to 100 ms");
  check(s.spike_sim_time >= s.spike_dt && s.spike_sim_time <= 10000, "--spike-sim-time", s.spike_sim_time,
        "from --spike-dt to 10000 ms");
  check(s.spike_max_rate * s.spike_dt <= 1000, "--spike-max-rate", s.spike_max_rate,
        "at most one spike per step, 1000 / --spike-dt Hz");
  check(s.lif.v_threshold > s.lif.v_rest, "--v-threshold", s.lif.v_threshold, "above --v-rest");
  check(s.lif.v_threshold > s.lif.v_reset, "--v-reset", s.lif.v_reset, "below --v-threshold");
  check(finite(s.lif.v_rest) && finite(s.lif.v_reset) && finite(s.lif.v_threshold), "--v-rest", s.lif.v_rest,
        "a finite potential, as --v-reset and --v-threshold");
  check(finite(s.lif.tau_m) && s.lif.tau_m > 0 && s.lif.tau_m <= 10000, "--tau-m", s.lif.tau_m, "above 0, to 10000 ms");
  check(s.lif.tau_ref >= 0 && s.lif.tau_ref < s.spike_sim_time, "--tau-ref", s.lif.tau_ref,
        "from 0 to below --spike-sim-time");
  check(finite(s.lif.r_m) && s.lif.r_m > 0, "--r-m", s.lif.r_m, "above 0 MOhm");
  if (s.form == Form::kSpiking) {
    const double rests_at = s.lif.v_rest + s.lif.r_m * s.bias;
    check(finite(s.bias) && rests_at < s.lif.v_threshold, "--bias", s.bias,
          "so small that no neuron fires by itself: --v-rest + --r-m * --bias below --v-threshold");
  }
  check(s.target_rate > 0 && s.target_rate <= 1, "--target-rate", s.target_rate, "above 0, to 1");
  if (!s.chip.empty() && s.chip != "loihi") problems.push_back(absl::StrFormat("--chip %s, must be loihi", s.chip));
  check(s.w2 > 0, "--w2", s.w2, "above 0");
  if (!s.export_network.empty())
    check(s.export_images >= 1 && s.export_images <= s.test, "--export-images", s.export_images, "from 1 to --test");
  if (s.viz && s.save_fig.empty()) problems.emplace_back("--viz: figures need a folder; set --save-fig");
  if (s.verbose && s.quiet) problems.emplace_back("--verbose and --quiet exclude one another; give one");
  return absl::StrJoin(problems, "\n");
}

}  // namespace

std::variant<Settings, Answered> parse_command_line(std::vector<std::string> words) {
  return Parser().parse(std::move(words));
}

}  // namespace volley::edlearn
