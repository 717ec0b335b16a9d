// Saving and loading; the format is described in language_model.h.
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "apps/charlm/language_model.h"
#include "apps/charlm/model_file.h"

namespace volley::charlm {

std::string file_bytes(LanguageModel& model) {
  const ModelChoice& choice = model.choice;
  std::string data;
  if (choice.is_ngram()) {
    data.assign(model.training.begin(), model.training.end());
  } else {
    append(data, model.readout->mean());
    append(data, model.readout->scale());
    append(data, std::span<const float>(model.readout->weights()));
  }
  return packed(kModelMagic,
                absl::StrCat("kind ", choice.kind, "\nalphabet ", hex(model.alphabet), "\nneurons ", choice.neurons,
                             "\nseed ", choice.seed, "\nrecurrent ", choice.recurrent ? 1 : 0, "\norder ", choice.order,
                             "\norigin ", model.origin, "\n"),
                data);
}

absl::StatusOr<LanguageModel> model_from(std::string_view bytes, const std::string& origin) {
  const absl::StatusOr<ModelFile> file = unpacked(kModelMagic, bytes, origin);
  if (!file.ok()) return file.status();
  std::string_view rest = file->data();
  const auto neurons = file->number("neurons"), seed = file->number("seed"), order = file->number("order");
  const std::optional<std::string> alphabet = file->alphabet();
  const std::string recurrent = file->word("recurrent");
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (!neurons || *neurons > kMost || !seed || *seed > kMost || !order || !alphabet ||
      (recurrent != "0" && recurrent != "1")) {
    return damaged(origin, "the model's header is incomplete or wrong");
  }
  LanguageModel model;
  model.choice = {file->word("kind"), static_cast<std::uint32_t>(*neurons), static_cast<std::uint32_t>(*seed),
                  recurrent == "1", static_cast<std::size_t>(*order)};
  model.alphabet = *alphabet;
  model.origin = file->word("origin");
  if (absl::Status s = check(model.choice); !s.ok()) return damaged(origin, std::string(s.message()));
  if (model.choice.is_ngram()) {
    for (const char symbol : rest) {
      if (static_cast<unsigned char>(symbol) >= alphabet->size()) return damaged(origin, "a symbol is out of range");
      model.training.push_back(static_cast<Symbol>(symbol));
    }
    if (model.training.size() < model.choice.order) return damaged(origin, "the n-gram's text is too short");
    return model;
  }
  const Columns columns = columns_of(model.choice);
  const std::size_t expected = 2 * columns.count + (columns.count + 1) * alphabet->size();
  if (rest.size() != expected * sizeof(float)) return damaged(origin, "the readout has the wrong size");
  std::vector<float> mean = take<float>(rest, columns.count), scale = take<float>(rest, columns.count);
  std::vector<float> weights = take<float>(rest, (columns.count + 1) * alphabet->size());
  if (!all_finite(mean) || !all_finite(scale) || !all_finite(weights)) {
    return damaged(origin, "a weight is no finite number");
  }
  model.readout = std::make_unique<SoftmaxReadout>(columns, alphabet->size(), std::move(mean), std::move(scale),
                                                   std::move(weights));
  return model;
}

}  // namespace volley::charlm
