#include "absl/strings/str_cat.h"
#include "apps/charlm/inputs.h"
#include "apps/charlm/published_texts.h"
#include "apps/charlm/reproduce.h"
#include "apps/charlm/requests.h"
#include "io/file_bytes.h"
#include "io/output_path.h"
#include "io/sha256.h"

namespace volley::charlm {

absl::StatusOr<app::ExitCode> carry_out(const ReproduceRequest& request, app::Console& console) {
  if (absl::Status s = check_new_files({{"--csv", request.csv}}, request.text); !s.ok()) return s;
  for (const std::string& name : request.experiments) {
    if (absl::Status s = check_experiment(name); !s.ok()) return s;
  }
  absl::StatusOr<Text> text = text_for(request.text, console);
  if (!text.ok()) return text.status();
  const absl::StatusOr<std::string> sha256 = io::sha256_file(request.text);
  if (!sha256.ok()) return app::unreadable(sha256.status());
  const Subject subject{std::move(*text), request.text, *sha256 == kHeadlineSha256};

  std::vector<Experiment> experiments;
  for (const std::string& name : request.experiments.empty() ? experiment_names() : request.experiments) {
    console.progress(absl::StrCat("experiment ", name));
    absl::StatusOr<Experiment> experiment = reproduce(name, subject);
    console.progress("");
    if (!experiment.ok()) return experiment.status();
    console.data(absl::StrCat(experiments.empty() ? "" : "\n", shown(*experiment)));
    console.flush();  // an interruption leaves what was finished
    experiments.push_back(std::move(*experiment));
  }
  if (!request.csv.empty()) {
    if (absl::Status s = io::write_file_bytes(io::output_target(request.csv), csv(experiments)); !s.ok()) return s;
  }
  return app::ExitCode::kOk;
}

}  // namespace volley::charlm
