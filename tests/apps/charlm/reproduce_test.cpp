// Published figures of github.com/hafufu-stack/snn-language-model (results/*.txt, January 2026).
#include "apps/charlm/reproduce.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "apps/charlm/ngram.h"
#include "tests/support/shared_data.h"

namespace volley::charlm {
namespace {

Subject source_subject() {
  Text text = *make_text("ab ab ba", "a stand-in");
  return {std::move(text), "a stand-in", true};
}

// Ours, rounded to the digits that were printed, is what was printed.
void check_published(const std::string& name, const Subject& subject, std::size_t figures) {
  const auto experiment = reproduce(name, subject);
  REQUIRE(experiment.ok());
  std::size_t compared = 0;
  for (const ComparedFigure& f : experiment->figures) {
    if (!f.published) continue;
    CAPTURE(name, f.what, f.digits);
    REQUIRE(f.ours);
    const double step = std::pow(10.0, f.digits);
    CHECK(std::round(*f.ours * step) == std::round(*f.published * step));
    ++compared;
  }
  CHECK(compared == figures);
}

// All but `ternary`, whose 32 networks take too long here, and `ablation`, which model_a_test.cpp holds to its figures.
TEST_CASE("every published figure comes out to the digits that were printed") {
  check_published("sparse", source_subject(), 9);
  check_published("lengths", source_subject(), 8);
  check_published("pruning", source_subject(), 8);
  check_published("quantisation", source_subject(), 4);
  check_published("noise", source_subject(), 6);
  const auto path = test::shared_data("text/snnlm_corpus.txt");
  if (!path) return;
  const Subject headline{*read_text(*path), *path, true};
  check_published("comparison", headline, 6);
}

TEST_CASE("an experiment on a text of one's own says that published figures do not compare") {
  std::string bytes;
  for (int i = 0; i < 200; ++i) bytes += "a text of one's own, " + std::to_string(i * i) + "; ";
  const auto experiment = reproduce("quantisation", {*make_text(bytes, "own.txt"), "own.txt", false});
  REQUIRE(experiment.ok());
  CHECK(shown(*experiment).find("not comparable with those of own.txt") != std::string::npos);
  CHECK(csv({*experiment}).find("quantisation,8 bits,8.63,") != std::string::npos);
}

TEST_CASE("an unknown experiment and a text shorter than its windows are refused by name") {
  const auto unknown = reproduce("alchemy", source_subject());
  REQUIRE_FALSE(unknown.ok());
  CHECK(std::string(unknown.status().message()).find("ablation, sparse") != std::string::npos);
  const auto brief = reproduce("ablation", {*make_text("to be or not", "brief.txt"), "brief.txt", false});
  REQUIRE_FALSE(brief.ok());
  CHECK(std::string(brief.status().message()).find("brief.txt: 12 characters make 0 windows of 20") == 0);
  CHECK(std::string(brief.status().message()).find("give a text of at least 32 characters") != std::string::npos);
  CHECK_FALSE(make_windows(*make_text("b" + std::string(30, 'a'), "t"), 20, "t").ok());
  const auto shortest = make_windows(*make_text("b" + std::string(31, 'a'), "t"), 20, "t");
  REQUIRE(shortest.ok());
  CHECK(shortest->train == 1);
  CHECK(shortest->test() == 1);
}

TEST_CASE("texts are bytes: empty ones and ones of a single symbol are refused, and what is no UTF-8 is noticed") {
  CHECK_FALSE(make_text("", "empty.txt").ok());
  CHECK_FALSE(make_text("aaaa", "same.txt").ok());
  CHECK(make_text("na\xc3\xafve", "t")->utf8);
  CHECK_FALSE(make_text("na\xefve", "t")->utf8);
  CHECK_FALSE(make_text("cut \xe2\x82", "t")->utf8);
  CHECK(make_text("na\xefve", "t")->vocabulary() == 5);
  const auto foreign = symbols_in("abz", "abc", "sample");
  REQUIRE_FALSE(foreign.ok());
  CHECK(std::string(foreign.status().message()).find("sample: 'z' at position 2") == 0);
}

// ../shared/spec/charlm.md, "Fair protocol": reference rows.
TEST_CASE("n-grams of tiny-shakespeare have the reference perplexities") {
  const auto path = test::shared_data("text/tinyshakespeare.txt");
  if (!path) return;
  const absl::StatusOr<Text> text = read_text(*path);
  REQUIRE(text.ok());
  const std::size_t split = 1003854;
  const auto of = [&](std::size_t order, Smoothing smoothing) {
    const NGram model(std::span(text->symbols).first(split), text->vocabulary(), order, smoothing);
    return perplexity(model, text->symbols, split, text->size());
  };
  CHECK(of(1, Smoothing::kAddOne) == Approx(28.43).margin(0.02));
  CHECK(of(2, Smoothing::kAddOne) == Approx(11.96).margin(0.02));
  CHECK(of(3, Smoothing::kAddOne) == Approx(7.91).margin(0.02));
  CHECK(of(3, Smoothing::kKneserNey) == Approx(7.73).margin(0.02));
  CHECK(of(5, Smoothing::kKneserNey) == Approx(4.85).margin(0.02));
}

}  // namespace
}  // namespace volley::charlm
