#include "absl/strings/str_format.h"
#include "apps/charlm/numpy_random.h"
#include "apps/charlm/predictor.h"
#include "apps/charlm/requests.h"
#include "engine/elementary.h"
#include "io/file_bytes.h"

namespace volley::charlm {
namespace {

// One symbol of the distribution p^(1/temperature); temperature 0 takes the most probable one.
Symbol draw(std::span<const double> p, double temperature, NumpyRandom& random) {
  const auto most = static_cast<Symbol>(std::max_element(p.begin(), p.end()) - p.begin());
  if (temperature == 0) return most;
  std::vector<double> weight;
  double sum = 0;
  for (const double probability : p) {
    weight.push_back(probability <= 0 ? 0.0 : exp_portable(log_portable(probability / p[most]) / temperature));
    sum += weight.back();
  }
  double left = random.uniform() * sum;
  for (std::size_t s = 0; s < weight.size(); ++s) {
    if (left < weight[s]) return static_cast<Symbol>(s);
    left -= weight[s];
  }
  return most;
}

}  // namespace

absl::StatusOr<app::ExitCode> carry_out(const SampleRequest& request, app::Console& console) {
  if (!(request.temperature >= 0 && request.temperature <= 100)) {  // not a number fails, too
    return absl::InvalidArgumentError(
        absl::StrFormat("sample: temperature %g, must be 0 to 100; set `--temperature`", request.temperature));
  }
  const absl::StatusOr<std::string> bytes = io::read_file_bytes(request.model);
  if (!bytes.ok()) return app::unreadable(bytes.status());
  absl::StatusOr<OpenModel> model = open_model(*bytes, request.model);
  if (!model.ok()) return model.status();
  if (!request.text.empty()) {  // whose vocabulary it should be
    const absl::StatusOr<Text> text = read_text(request.text);
    if (!text.ok()) return text.status();
    if (text->alphabet != model->alphabet) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: its vocabulary of %d symbols is not that of %s (%d symbols); train a model on this text, or leave out "
          "--text",
          request.model, model->alphabet.size(), request.text, text->alphabet.size()));
    }
  }
  const absl::StatusOr<std::vector<Symbol>> prime = symbols_in(request.prime, model->alphabet, "--prime");
  if (!prime.ok()) return prime.status();

  NumpyRandom random(request.seed);
  std::vector<Symbol> read = *prime;
  const std::size_t newline = model->alphabet.find('\n');
  if (read.empty()) read.push_back(static_cast<Symbol>(newline == std::string::npos ? 0 : newline));
  absl::StatusOr<std::span<const double>> p = std::span<const double>{};
  for (const Symbol symbol : read) {
    p = model->predictor->after(symbol);
    if (!p.ok()) return app::run_failed(p.status());
  }
  console.data(request.prime);  // and every character as it comes, so that an interruption leaves what was written
  for (std::uint64_t i = 0; i < request.length; ++i) {
    const Symbol next = draw(*p, request.temperature, random);
    console.data({&model->alphabet[next], 1});
    p = model->predictor->after(next);
    if (!p.ok()) return app::run_failed(p.status());
  }
  console.data("\n");
  return app::ExitCode::kOk;
}

}  // namespace volley::charlm
