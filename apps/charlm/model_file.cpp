// Saving and loading; the format is described in language_model.h.
#include <bit>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/charlm/language_model.h"
#include "io/sha256.h"

namespace volley::charlm {
namespace {

static_assert(std::endian::native == std::endian::little, "model files are little-endian");

constexpr std::string_view kMagic = "charlm model 1\n";

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) absl::StrAppendFormat(&text, "%02x", static_cast<unsigned char>(byte));
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (error != std::errc{} || end != text.data() + i + 2) return std::nullopt;
    bytes.push_back(static_cast<char>(value));
  }
  return text.size() % 2 == 0 ? std::optional(bytes) : std::nullopt;
}

void append(std::string& bytes, std::span<const float> values) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

absl::Status damaged(const std::string& origin, std::string_view what) {
  return absl::DataLossError(absl::StrFormat("%s: %s; give a file that charlm train --save wrote", origin, what));
}

// The key-value lines.
class Header {
 public:
  // Takes its lines off the front of `rest`, down to and including "data".
  static std::optional<Header> read(std::string_view& rest) {
    Header header;
    for (;;) {
      const std::size_t end = rest.find('\n'), blank = rest.find(' ');
      if (end == std::string_view::npos || blank == std::string_view::npos || blank > end) return std::nullopt;
      const std::string key(rest.substr(0, blank));
      header.values_[key] = std::string(rest.substr(blank + 1, end - blank - 1));
      rest.remove_prefix(end + 1);
      if (key == "data") return header;
    }
  }
  std::string word(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? "" : found->second;
  }
  std::optional<std::uint64_t> number(const std::string& key) const {
    const std::string text = word(key);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
  }

 private:
  std::map<std::string, std::string> values_;
};

std::vector<float> take(std::string_view& data, std::size_t count) {
  std::vector<float> values(count);
  std::memcpy(values.data(), data.data(), count * sizeof(float));
  data.remove_prefix(count * sizeof(float));
  return values;
}

}  // namespace

std::string file_bytes(LanguageModel& model) {
  const ModelChoice& choice = model.choice;
  std::string data;
  if (choice.is_ngram()) {
    data.assign(model.training.begin(), model.training.end());
  } else {
    append(data, model.readout->mean());
    append(data, model.readout->scale());
    append(data, model.readout->weights());
  }
  std::string bytes =
      absl::StrCat(std::string(kMagic), "kind ", choice.kind, "\nalphabet ", hex(model.alphabet), "\nneurons ",
                   choice.neurons, "\nseed ", choice.seed, "\nrecurrent ", choice.recurrent ? 1 : 0, "\norder ",
                   choice.order, "\ndata ", data.size(), "\n", data);
  return absl::StrCat(bytes, "sha256 ", io::sha256_bytes(bytes), "\n");
}

absl::StatusOr<LanguageModel> model_from(std::string_view bytes, const std::string& origin) {
  constexpr std::size_t kTrailer = 7 + 64 + 1;
  if (!bytes.starts_with(kMagic)) return damaged(origin, "not a model of charlm (format 1)");
  if (bytes.size() < kMagic.size() + kTrailer ||
      bytes.substr(bytes.size() - kTrailer) !=
          absl::StrCat("sha256 ", io::sha256_bytes(bytes.substr(0, bytes.size() - kTrailer)), "\n")) {
    return damaged(origin, "the model is damaged or cut short: its checksum is wrong");
  }
  std::string_view rest = bytes.substr(kMagic.size(), bytes.size() - kMagic.size() - kTrailer);
  const std::optional<Header> header = Header::read(rest);
  if (!header) return damaged(origin, "the model's header is incomplete");
  const auto neurons = header->number("neurons"), seed = header->number("seed"), order = header->number("order");
  const std::optional<std::string> alphabet = from_hex(header->word("alphabet"));
  if (!neurons || !seed || !order || !alphabet || alphabet->size() < 2 || header->number("data") != rest.size()) {
    return damaged(origin, "the model's header is incomplete");
  }
  LanguageModel model;
  model.choice = {header->word("kind"), static_cast<std::uint32_t>(*neurons), static_cast<std::uint32_t>(*seed),
                  header->word("recurrent") == "1", static_cast<std::size_t>(*order)};
  model.alphabet = *alphabet;
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
  std::vector<float> mean = take(rest, columns.count), scale = take(rest, columns.count);
  std::vector<float> weights = take(rest, (columns.count + 1) * alphabet->size());
  model.readout = std::make_unique<SoftmaxReadout>(columns, alphabet->size(), std::move(mean), std::move(scale),
                                                   std::move(weights));
  return model;
}

}  // namespace volley::charlm
