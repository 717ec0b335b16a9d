// Model files that somebody made: their checksums are right and their contents are not.
#include "apps/charlm/model_file.h"

#include <catch2/catch.hpp>
#include <limits>

#include "apps/charlm/grown_model.h"
#include "apps/charlm/language_model.h"

namespace volley::charlm {
namespace {

constexpr std::uint32_t kNeurons = 3;

// What a header says; by default that of a sound model of spike counts.
struct Header {
  std::string kind = "counts", alphabet = "abcd", neurons = "3", seed = "42", recurrent = "1", order = "5";
};

std::string file_with(const Header& header, std::string_view data) {
  return packed(kModelMagic,
                "kind " + header.kind + "\nalphabet " + hex(header.alphabet) + "\nneurons " + header.neurons +
                    "\nseed " + header.seed + "\nrecurrent " + header.recurrent + "\norder " + header.order + "\n",
                data);
}

// Mean, scale and weights, all of one value.
std::string numbers(std::size_t symbols, float value = 0.5f) {
  const std::vector<float> all(2 * kNeurons + (kNeurons + 1) * symbols, value);
  std::string bytes;
  append(bytes, std::span<const float>(all));
  return bytes;
}

std::string refusal(const std::string& bytes) {
  const absl::StatusOr<OpenModel> model = open_model(bytes, "made.model");
  return model.ok() ? "" : std::string(model.status().message());
}

// All bytes in ascending order, and then some again.
std::string symbols(std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>(i));
  return bytes;
}

TEST_CASE("headers that no training wrote are refused") {
  REQUIRE(refusal(file_with({}, numbers(4))).empty());
  REQUIRE(refusal(file_with({.alphabet = symbols(256)}, numbers(256))).empty());
  for (const Header& header : {Header{.alphabet = "a"},
                               {.alphabet = "abca"},
                               {.alphabet = "aabc"},
                               {.alphabet = "dcba"},
                               {.alphabet = symbols(257)},
                               {.alphabet = symbols(300)},
                               {.neurons = "4294967299"},
                               {.neurons = "-3"},
                               {.seed = "4294967338"},
                               {.recurrent = "yes"},
                               {.recurrent = ""}}) {
    CAPTURE(header.alphabet.size(), header.neurons, header.seed, header.recurrent);
    CHECK(refusal(file_with(header, numbers(header.alphabet.size()))).find("made.model: the model's header") == 0);
  }
  CHECK(refusal(file_with({.kind = "oracle"}, numbers(4))).find("model oracle: must be one of") != std::string::npos);
}

TEST_CASE("symbols out of the alphabet and weights that are no numbers are refused") {
  CHECK(refusal(file_with({.kind = "ngram"}, symbols(4) + symbols(4))).empty());
  CHECK(refusal(file_with({.kind = "ngram"}, symbols(5))).find("a symbol is out of range") != std::string::npos);
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    CHECK(refusal(file_with({}, numbers(4, value))).find("a weight is no finite number") != std::string::npos);
    GrownModel grown{"ab", Conjunctions("ab", {{0, 1, 2, false}}), {}};
    const std::vector<float> weights(grown.rows() * 2, value);
    grown.readout = SparseReadout(2, weights);
    CHECK(refusal(file_bytes(grown)).find("a weight is no finite number") != std::string::npos);
  }
}

TEST_CASE("a grown model's alphabet is held to the same") {
  for (const std::string alphabet : {"aa", "ba"}) {
    GrownModel grown{alphabet, Conjunctions(alphabet, {{0, 1, 2, false}}), {}};
    grown.readout = SparseReadout(grown.rows(), 2);
    CHECK(refusal(file_bytes(grown)).find("made.model: the model's header") == 0);
  }
}

}  // namespace
}  // namespace volley::charlm
