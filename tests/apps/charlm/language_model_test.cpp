#include "apps/charlm/language_model.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <new>

#include "apps/charlm/cost.h"
#include "apps/charlm/fair_protocol.h"
#include "apps/charlm/fair_table.h"
#include "apps/charlm/growth.h"
#include "engine/elementary.h"
#include "tests/support/shared_data.h"

namespace volley::charlm {
namespace {

// Sentences that repeat words but not one another.
Text chatter(std::size_t characters) {
  NumpyRandom random(3);
  const char* const words[] = {"the ", "cat ", "sat ", "on ", "a ", "mat ", "and ", "saw ", "no ", "dog\n"};
  std::string bytes;
  while (bytes.size() < characters) bytes += words[random.up_to(9)];
  return *make_text(bytes.substr(0, characters), "chatter");
}

LanguageModel trained(const ModelChoice& choice, const Text& text) {
  const auto stream = stream_of(choice, text.vocabulary());
  absl::StatusOr<FairResult> result =
      train_fairly(*stream, text.symbols, text.vocabulary(), {{{columns_of(choice), 1.0}}, 1}, nullptr);
  REQUIRE(result.ok());
  return {choice, text.alphabet, std::move(result->heads[0].readout), {}};
}

TEST_CASE("a model that is saved, loaded and asked character by character says what it said in one run") {
  const Text text = chatter(1500);
  for (const char* kind : {"hybrid", "counts", "membrane", "sparse", "esn", "dnn", "lstm"}) {
    CAPTURE(kind);
    const ModelChoice choice{kind, 30, 5, true, 5};
    LanguageModel model = trained(choice, text);
    const std::string bytes = file_bytes(model);
    absl::StatusOr<LanguageModel> loaded = model_from(bytes, "a file");
    REQUIRE(loaded.ok());
    CHECK(file_bytes(*loaded) == bytes);
    const auto predictor = make_predictor(std::move(*loaded));
    REQUIRE(predictor.ok());
    std::vector<double> at_once;
    const auto visit = [&](std::size_t, std::span<const double> row) {
      const std::span<const double> p = model.readout->predict(row);
      at_once.insert(at_once.end(), p.begin(), p.end());
      return absl::OkStatus();
    };
    REQUIRE(stream_of(choice, text.vocabulary())->run(std::span(text.symbols).first(50), visit).ok());
    std::vector<double> one_by_one;
    for (std::size_t i = 0; i < 50; ++i) {
      const auto p = (*predictor)->after(text.symbols[i]);
      REQUIRE(p.ok());
      one_by_one.insert(one_by_one.end(), p->begin(), p->end());
    }
    CHECK(one_by_one == at_once);
  }
}

TEST_CASE("a model file that is cut or changed anywhere is refused") {
  const Text text = chatter(1500);
  LanguageModel model = trained({"counts", 3, 5, true, 5}, text);
  const std::string bytes = file_bytes(model);
  for (std::size_t end = 0; end < bytes.size(); ++end) CHECK_FALSE(model_from(bytes.substr(0, end), "cut").ok());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(model_from(changed, "changed").ok());
  }
}

TEST_CASE("rows of the fair table do not depend on threads") {
  const Text text = chatter(1200);
  TablePlan plan{2, 1, {"SNN-200 counts", "DNN-200"}};
  const auto alone = fair_table(text, plan, nullptr);
  plan.threads = 2;
  const auto together = fair_table(text, plan, nullptr);
  REQUIRE(alone.ok());
  REQUIRE(together.ok());
  REQUIRE(alone->size() == 2);
  for (std::size_t r = 0; r < 2; ++r) {
    CHECK((*alone)[r].perplexities == (*together)[r].perplexities);
    CHECK((*alone)[r].perplexities.size() == 2);
    CHECK((*alone)[r].mean() < static_cast<double>(text.vocabulary()));
  }
  CHECK(table_svg(*alone, "a < b").find("a &lt; b") != std::string::npos);
  const auto csv = table_csv(*alone);
  REQUIRE(csv.ok());
  CHECK(std::count(csv->begin(), csv->end(), '\n') == 3);
  CHECK_FALSE(fair_table(text, {1, 1, {"no such row"}}, nullptr).ok());
}

TEST_CASE("memory that runs out on one of the table's threads is the caller's to hear of") {
  const Text text = chatter(1200);
  const auto no_memory = [](const std::string&) { throw std::bad_alloc(); };
  for (const unsigned threads : {1u, 2u, 256u}) {
    CHECK_THROWS_AS(fair_table(text, {2, threads, {"DNN-200"}}, no_memory), std::bad_alloc);
  }
}

TEST_CASE("a published figure stands in the table of its own text only") {
  CHECK_FALSE(published_row(chatter(1200)));
  const auto path = test::shared_data("text/tinyshakespeare.txt");
  if (!path) return;
  absl::StatusOr<Text> text = read_text(*path);
  REQUIRE(text.ok());
  const std::optional<TableRow> row = published_row(*text);
  REQUIRE(row);
  CHECK(std::log(row->mean()) == Approx(1.47).margin(0.005));  // nanoGPT's README
  text->symbols.pop_back();
  CHECK_FALSE(published_row(*text));
}

TEST_CASE("energy is a dot product of what a character costs") {
  Activity activity;
  activity.characters = 10;
  activity.ticks = 100;
  activity.spikes = 40;
  activity.synaptic_events = 800;
  activity.neuron_updates = 2000;
  activity.onsets = 10;
  const Work work = work_of(activity, 20, 0, 130);
  CHECK(work.firing == Approx(0.02));
  const auto energies = energy_of(work, 20, 10);
  REQUIRE(energies.ok());
  REQUIRE(energies->size() == 4);
  CHECK(*(*energies)[0].network_pj == Approx(0.5 * (80 + 20)));
  CHECK(*(*energies)[1].network_pj == Approx(0.9 * (80 + 20) + 200 * (3.7 + 1.8)));
  // Davies et al. 2018, Table 2: 23.6 pJ a synaptic operation, 81 and 52 an update, 1.7 a spike. The 20 inputs of a
  // character arrive in each of its ten ticks.
  CHECK(*(*energies)[2].network_pj == Approx(23.6 * (80 + 200) + 81 * 4 + 52 * 196 + 1.7 * 4));
  CHECK((*energies)[1].readout_pj == Approx(4.6 * 130));
}

// ../shared/spec/charlm.md: the profile for continuous integration.
TEST_CASE("on the first 100,000 characters of tiny-shakespeare the hybrid is at 7.3 or below after three epochs") {
  const auto path = test::shared_data("text/tinyshakespeare.txt");
  if (!path) return;
  const absl::StatusOr<Text> text = read_text(*path);
  REQUIRE(text.ok());
  const std::span<const Symbol> first = std::span(text->symbols).first(100'000);
  const auto stream = stream_of(fair_reservoir(text->vocabulary(), 200, 42, 1, true));
  const auto result = train_fairly(*stream, first, text->vocabulary(), {{{hybrid_of(200), 1.0}}, 3}, nullptr);
  REQUIRE(result.ok());
  CHECK(result->heads[0].perplexity <= 7.3);
  CHECK(result->heads[0].perplexity > 5);
}

TEST_CASE("grown conjunctions beat interpolated Kneser-Ney on the first 100,000 characters of tiny-shakespeare") {
  const auto path = test::shared_data("text/tinyshakespeare.txt");
  if (!path) return;
  const absl::StatusOr<Text> whole = read_text(*path);
  REQUIRE(whole.ok());
  Text text = *whole;
  text.symbols.resize(100'000);
  GrowthPlan plan;
  const auto result = grow_and_train(text, plan, [](const std::string&) {});
  REQUIRE(result.ok());
  const std::size_t split = split_of(text.size());
  double best = 1e9;
  for (std::size_t order = 3; order <= 6; ++order) {
    const NGram ngram(std::span(text.symbols).first(split), text.vocabulary(), order, Smoothing::kKneserNey);
    best = std::min(best, perplexity(ngram, text.symbols, split, text.size()));
  }
  CHECK(result->perplexities.back() < best);
  plan.threads = 2;
  plan.epochs = 1;
  plan.words = 0;
  text.symbols.resize(20'000);
  const auto two = grow_and_train(text, plan, [](const std::string&) {});
  plan.threads = 1;
  const auto one = grow_and_train(text, plan, [](const std::string&) {});
  REQUIRE(two.ok());
  REQUIRE(one.ok());
  CHECK(one->perplexities == two->perplexities);
}

// Weights stand still while the test part is read, so a loaded model has to find the same perplexity there to the bit.
TEST_CASE("a grown model that is saved, loaded and asked character by character tests as it did") {
  const Text text = chatter(3000);
  GrowthPlan plan;
  plan.order = 4;
  plan.words = 3;
  const auto result = grow_and_train(text, plan, [](const std::string&) {});
  REQUIRE(result.ok());
  const std::string bytes = file_bytes(result->model);
  const absl::StatusOr<GrownModel> again = grown_model_from(bytes, "a file");
  REQUIRE(again.ok());
  CHECK(file_bytes(*again) == bytes);
  const absl::StatusOr<OpenModel> open = open_model(bytes, "a file");
  REQUIRE(open.ok());
  CHECK(open->alphabet == text.alphabet);
  double loss = 0;
  const std::size_t split = split_of(text.size());
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto p = open->predictor->after(text.symbols[i]);
    REQUIRE(p.ok());
    if (i + 1 >= split) loss -= log_portable((*p)[text.symbols[i + 1]] + 1e-300);
  }
  CHECK(exp_portable(loss / static_cast<double>(text.size() - split)) == result->perplexities.back());
}

TEST_CASE("a grown model's file that is cut or changed, or whose neurons have no parents, is refused") {
  const Text text = chatter(600);
  GrowthPlan plan;
  plan.order = 2;
  plan.words = 0;
  const auto result = grow_and_train(text, plan, [](const std::string&) {});
  REQUIRE(result.ok());
  const std::string bytes = file_bytes(result->model);
  for (std::size_t end = 0; end < bytes.size(); end += 7) CHECK_FALSE(open_model(bytes.substr(0, end), "cut").ok());
  for (std::size_t at = 0; at < bytes.size(); at += 7) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(open_model(changed, "changed").ok());
  }
  GrownModel orphan = result->model;
  orphan.network.add({{99'999, 0, 3, false}});
  orphan.readout = SparseReadout(orphan.rows(), text.vocabulary());
  const auto refused = grown_model_from(file_bytes(orphan), "orphan");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().message().find("does not fit its parent") != std::string::npos);
}

// A conjunction fires exactly when its context is what was just read.
TEST_CASE("conjunctions fire for their contexts and for nothing else") {
  const Text text = chatter(3000);
  GrowthPlan plan;
  plan.order = 4;
  plan.words = 3;
  plan.epochs = 1;
  const auto result = grow_and_train(text, plan, [](const std::string&) {});
  REQUIRE(result.ok());
  std::size_t contexts = 0;  // of 2 to 4 characters seen twice in the training part with their shorter ends seen, too
  double expected = 0;       // how often they and the beginnings of words occur in the text
  const std::string bytes = [&] {
    std::string all;
    for (const Symbol s : text.symbols) all.push_back(text.alphabet[s]);
    return all;
  }();
  const std::size_t split = split_of(text.size());
  const auto count = [&](const std::string& gram, std::size_t end) {
    std::size_t n = 0;
    for (std::size_t at = bytes.find(gram); at != std::string::npos && at + gram.size() <= end;
         at = bytes.find(gram, at + 1))
      ++n;
    return n;
  };
  std::vector<std::string> grams;
  for (std::size_t length = 2; length <= 4; ++length) {
    for (std::size_t at = 0; at + length <= split; ++at) grams.push_back(bytes.substr(at, length));
  }
  std::sort(grams.begin(), grams.end());
  grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
  for (const std::string& gram : grams) {
    if (count(gram, split) < 2) continue;  // then its beginnings were met at least twice as well
    ++contexts;
    expected += static_cast<double>(count(gram, bytes.size()));
  }
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  std::vector<std::string> words;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (!letter(bytes[at])) ++expected;  // the root
    for (std::size_t length = 1; length <= 3 && at > 0 && !letter(bytes[at - 1]); ++length) {
      if (at + length > bytes.size() || !letter(bytes[at + length - 1])) break;
      if (at + length <= split) words.push_back(bytes.substr(at, length));
    }
  }
  std::sort(words.begin(), words.end());
  std::vector<std::string> begun;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == words[i + 1] && (begun.empty() || begun.back() != words[i])) begun.push_back(words[i]);
  }
  for (std::size_t at = 1; at < bytes.size(); ++at) {
    if (letter(bytes[at - 1])) continue;
    for (const std::string& word : begun) expected += bytes.compare(at, word.size(), word) == 0 ? 1 : 0;
  }
  CHECK(result->model.network.neurons().size() == contexts + begun.size() + 1);
  CHECK(result->spikes * static_cast<double>(bytes.size()) == Approx(expected).margin(0.5));
}

}  // namespace
}  // namespace volley::charlm
