#include "engine/did_you_mean.h"

#include <catch2/catch.hpp>
#include <vector>

using volley::closest_word;
using volley::did_you_mean;

TEST_CASE("a misspelt word finds the word that was meant") {
  const std::vector<std::string> words = {"weight", "delay", "delay_resolution", "to"};
  CHECK(closest_word("wieght", words) == "weight");
  CHECK(closest_word("Delay", words) == "delay");
  CHECK(closest_word("delay_resoluton", words) == "delay_resolution");
  CHECK(closest_word("TO", words) == "to");
  CHECK_FALSE(closest_word("probability", words));
  CHECK_FALSE(closest_word("", words));
}

TEST_CASE("a word of which nothing remains is not close") {
  const std::vector<std::string> words = {"g", "eta"};
  CHECK_FALSE(closest_word("x", words));
}

TEST_CASE("without a close word the known ones are listed, twelve at most") {
  CHECK(did_you_mean("xyz", std::vector<std::string>{"alpha", "beta"}) == "known are alpha, beta");
  CHECK(did_you_mean("alpah", std::vector<std::string>{"alpha", "beta"}) == "did you mean `alpha`?");
  CHECK(did_you_mean("x", std::vector<std::string>{}) == "none are known");
  CHECK(did_you_mean("0", std::vector<std::string>(20, "other")).ends_with("other, ..."));
}

TEST_CASE("very long words and lists are not compared") {
  CHECK_FALSE(closest_word(std::string(1 << 20, 'a'), std::vector<std::string>{std::string(1 << 20, 'a')}));
  std::vector<std::string> many(5000, "zzzzzzzz");
  many.push_back("weight");
  CHECK_FALSE(closest_word("weigth", many));
}
