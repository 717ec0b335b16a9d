#include "apps/charlm/language_model.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace volley::charlm {

const std::vector<std::string>& model_kinds() {
  static const std::vector<std::string> kinds = {"hybrid", "counts", "membrane", "sparse",
                                                 "esn",    "dnn",    "lstm",     "ngram"};
  return kinds;
}

absl::Status check(const ModelChoice& choice) {
  const auto& kinds = model_kinds();
  if (std::find(kinds.begin(), kinds.end(), choice.kind) == kinds.end()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("model %s: must be one of %s; set `--model`", choice.kind, absl::StrJoin(kinds, ", ")));
  }
  if (!choice.is_ngram() && (choice.neurons < 1 || choice.neurons > 20'000)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("model %s: %d neurons, must be 1 to 20000; set `--neurons`", choice.kind, choice.neurons));
  }
  if (choice.is_ngram() && (choice.order < 1 || choice.order > NGram::kLongest)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("model ngram: order %d, must be 1 to %d; set `--order`", choice.order, NGram::kLongest));
  }
  return absl::OkStatus();
}

Reservoir reservoir_of(const ModelChoice& choice, std::size_t vocabulary) {
  return fair_reservoir(vocabulary, choice.neurons, choice.seed, choice.kind == "sparse" ? kSparseInput : 1.0,
                        choice.recurrent);
}

std::unique_ptr<FeatureStream> stream_of(const ModelChoice& choice, std::size_t vocabulary) {
  if (choice.is_spiking()) return stream_of(reservoir_of(choice, vocabulary));
  const DenseKind kind = choice.kind == "dnn"    ? DenseKind::kDnn
                         : choice.kind == "lstm" ? DenseKind::kLstm
                                                 : DenseKind::kEsn;
  return stream_of(kind, vocabulary, choice.neurons, choice.seed);
}

Columns columns_of(const ModelChoice& choice) {
  if (choice.kind == "membrane") return membrane_of(choice.neurons);
  return choice.is_spiking() && choice.kind != "counts" ? hybrid_of(choice.neurons) : Columns{0, choice.neurons};
}

}  // namespace volley::charlm
