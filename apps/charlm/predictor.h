// A trained model that is asked for the next character's probabilities, character after character.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

// Not thread safe.
class Predictor {
 public:
  virtual ~Predictor() = default;
  // Probabilities of what follows; valid until the next call. REQUIRES: read < vocabulary. Errors: the engine's.
  virtual absl::StatusOr<std::span<const double>> after(Symbol read) = 0;
};

struct OpenModel {
  std::string alphabet;
  std::unique_ptr<Predictor> predictor;
};

// Out of a file's bytes, of whichever kind. DataLoss, with `origin`, for anything that is not a model as a whole.
absl::StatusOr<OpenModel> open_model(std::string_view bytes, const std::string& origin);

}  // namespace volley::charlm
