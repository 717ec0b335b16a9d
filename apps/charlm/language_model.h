// A trained language model: which frozen network it stands on, its alphabet, and what was learned. Saved and loaded;
// can be asked for the next character's probabilities, character after character.
//
// File (model_file.h): "charlm model 1" and the choice; data: single-precision mean, scale and weights of a readout, or
// the training symbols of an n-gram. Frozen weights are not stored: they are drawn again from the seed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/features.h"
#include "apps/charlm/ngram.h"
#include "apps/charlm/predictor.h"
#include "apps/charlm/softmax_readout.h"

namespace volley::charlm {

inline constexpr std::string_view kModelMagic = "charlm model 1\n";

struct ModelChoice {
  std::string kind = "hybrid";  // one of model_kinds()
  std::uint32_t neurons = 200;
  std::uint32_t seed = 42;
  bool recurrent = true;
  std::size_t order = 5;  // of an n-gram

  bool is_ngram() const { return kind == "ngram"; }
  bool is_spiking() const { return kind == "hybrid" || kind == "counts" || kind == "membrane" || kind == "sparse"; }
};

// hybrid, counts, membrane, sparse, esn, dnn, lstm, ngram.
const std::vector<std::string>& model_kinds();
// InvalidArgument for an unknown kind, and for a size or order out of bounds.
absl::Status check(const ModelChoice& choice);

// The input of a sparse reservoir is this much weaker.
inline constexpr double kSparseInput = 0.25;

// The frozen network of a choice and what its readout sees. REQUIRES: check() is OK, and it is no n-gram.
std::unique_ptr<FeatureStream> stream_of(const ModelChoice& choice, std::size_t vocabulary);
Columns columns_of(const ModelChoice& choice);
// REQUIRES: is_spiking().
Reservoir reservoir_of(const ModelChoice& choice, std::size_t vocabulary);

struct LanguageModel {
  ModelChoice choice;
  std::string alphabet;
  std::unique_ptr<SoftmaxReadout> readout;  // empty for an n-gram
  std::vector<Symbol> training;             // of an n-gram
  std::string origin{};                     // what it was trained on and how, for whoever reads the file

  std::size_t vocabulary() const { return alphabet.size(); }
};

std::string file_bytes(LanguageModel& model);
// DataLoss, with `origin`, for anything that is not such a file as a whole.
absl::StatusOr<LanguageModel> model_from(std::string_view bytes, const std::string& origin);

absl::StatusOr<std::unique_ptr<Predictor>> make_predictor(LanguageModel model);

}  // namespace volley::charlm
