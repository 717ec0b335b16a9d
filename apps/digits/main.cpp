// digits: unsupervised learning of handwritten digits by STDP (Diehl & Cook 2015).
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <sstream>
#include <string>

#include "apps/digits/run.h"
#include "apps/volley/finish.h"
#include "apps/volley/whole_number.h"

namespace volley::digits {
namespace {

constexpr const char* kSummary =
    "digits learns handwritten digits without labels: spike-timing-dependent plasticity, lateral inhibition and\n"
    "thresholds that adapt (Diehl & Cook, Front. Comput. Neurosci. 9:99, 2015). Results go to stdout, one line per "
    "pass.";
constexpr const char* kExamples =
    "Examples:\n"
    "  digits --data ../shared/data --neurons 100 --passes 1 --save trained\n"
    "  digits --data ../shared/data --checkpoint run.ckpt\n"
    "Exit codes: 0 done; 1 the run failed; 2 wrong usage; 3 unreadable input; 130 interrupted.";

// A number from `least` to `most`; not "nan", which CLI::Range lets pass.
CLI::Validator real(double least, double most) {
  return CLI::Validator(
      [least, most](std::string& word) {
        double value = 0;
        if (CLI::detail::lexical_cast(word, value) && value >= least && value <= most) return std::string();
        std::ostringstream text;
        text << word << ", must be a number from " << least << " to " << most;
        return text.str();
      },
      "");
}

void describe(CLI::App& app, Settings& s) {
  app.footer(kExamples);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--data", s.data, "folder with the IDX files, or with mnist/ and fashion-mnist/ (data)");
  app.add_flag("--fashion", s.fashion, "Fashion-MNIST instead of MNIST");
  app.add_option("--neurons", s.neurons, "excitatory neurons (400)")->check(CLI::Range(1u, 65'536u));
  app.add_option("--passes", s.passes, "over the training images (3)")->check(CLI::Range(0u, 1'000u));
  app.add_option("--train", s.train, "training images per pass (60000)")->check(CLI::Range(1u, 10'000'000u));
  app.add_option("--test", s.test, "test images (10000)")->check(CLI::Range(1u, 10'000'000u));
  app.add_option("--label", s.label, "training images that neurons get their labels from (10000)")
      ->check(CLI::Range(1u, 10'000'000u));
  app.add_option("--held-out", s.held_out,
                 "test on the last N training images, to choose settings (0: on the test set)")
      ->check(CLI::Range(0u, 10'000'000u));
  app.add_option("--seed", s.seed, "(1)")->check(volley::app::whole_number());
  app.add_option("--threads", s.threads, "never changes results (1)")->check(CLI::Range(1u, 1'024u));
  app.add_option("--present", s.present_ms, "time that an image is shown, ms (350)")->check(real(1.0, 1e5));
  app.add_option("--rest", s.rest_ms, "time between images, ms (850)")->check(real(0.0, 1e5));
  app.add_option("--rate", s.rate_hz, "of a white pixel, Hz (63.75)")->check(real(0.1, 1e4));
  app.add_option("--theta-plus", s.theta_plus_mv, "what a spike adds to a threshold, mV (0.001 for every neuron)")
      ->check(real(0.0, 1e3));
  app.add_option("--tau-theta", s.tau_theta_ms, "time constant of thresholds, ms (1e7)")->check(real(100.0, 1e9));
  app.add_option("--inhibition", s.inhibition_mv, "of a spike on all other neurons, mV (100)")->check(real(0.0, 1e4));
  app.add_option("--norm", s.norm, "sum of a neuron's weights, in units of the largest (78)")->check(real(0.1, 1e6));
  app.add_option("--rate-post", s.rate_post, "learning rate at spikes of the neuron (0.03)")->check(real(0.0, 1.0));
  app.add_option("--rate-pre", s.rate_pre, "learning rate at spikes of a pixel (0)")->check(real(0.0, 1.0));
  app.add_option("--last-rate", s.last_rate, "part of --rate-post that is left when all passes are done (0.05)")
      ->check(real(0.0, 1.0));
  app.add_option("--checkpoint", s.checkpoint,
                 "file, renewed after every 1,000 images; a run that finds it goes on from it, to the same bits");
  app.add_option("--save", s.save, "folder for the network after every pass, which volley run reads");
  app.add_option("--load", s.load, "go on from such a folder; with all passes done it is only tested");
  app.add_flag("--quiet", s.quiet, "no progress");
}

}  // namespace
}  // namespace volley::digits

int main(int argc, char** argv) {
  using namespace volley;
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is then an error of the write, like a full disk
  try {
    digits::Settings settings;
    CLI::App parser(digits::kSummary, "digits");
    digits::describe(parser, settings);
    try {
      parser.parse(argc, argv);
      if (parser.count("--theta-plus") == 0) settings.theta_plus_mv = digits::theta_plus_for(settings.neurons);
    } catch (const CLI::CallForHelp&) {
      app::Console console(stdout, stderr, app::Talkativeness::kNormal);
      console.data(parser.help());
      return app::finish(console, app::ExitCode::kOk);
    } catch (const CLI::ParseError& error) {
      std::fprintf(stderr, "error: %s\n(digits --help lists the options)\n", error.what());
      return static_cast<int>(app::ExitCode::kUsage);
    }
    app::Console console(stdout, stderr, settings.quiet ? app::Talkativeness::kQuiet : app::Talkativeness::kNormal);
    return app::finish(console, digits::carry_out(settings, console));
  } catch (const std::exception& error) {  // out of memory, above all
    std::fprintf(stderr, "error: %s\n", error.what());
    return static_cast<int>(volley::app::ExitCode::kRunFailed);
  }
}
