#include "apps/charlm/published_texts.h"

#include <array>
#include <span>
#include <string_view>

namespace volley::charlm {
namespace {

constexpr std::array<std::string_view, 15> kNews = {
    "the company said it expects to report a loss for the third quarter",
    "the board of directors approved a plan to buy back shares",
    "analysts said the stock is likely to rise in the coming weeks",
    "the federal reserve is expected to raise interest rates next month",
    "the president announced a new policy on trade with china",
    "the company reported earnings that beat wall street expectations",
    "investors are worried about the impact of the trade war",
    "the central bank cut interest rates for the first time in years",
    "the stock market closed lower amid concerns about global growth",
    "the company announced plans to lay off thousands of workers",
    "the economy grew at a faster pace than expected last quarter",
    "the government released new data on unemployment and inflation",
    "the merger between the two companies was approved by regulators",
    "the technology sector led gains in the stock market today",
    "the oil prices fell sharply after the report on inventories",
};
constexpr std::array<std::string_view, 3> kMarkets = {
    "technology companies led gains in the market today overall",
    "investors are watching for signals from the central bank",
    "the economy showed signs of strength in the latest report",
};
constexpr std::array<std::string_view, 20> kScaling = {
    "the company said it expects to report a loss for the third quarter",
    "investors are worried about the impact of the trade war on profits",
    "the central bank cut interest rates for the first time in years",
    "technology stocks rallied after positive earnings reports today",
    "the merger between the two companies was approved by regulators",
    "oil prices fell sharply after the report on inventories yesterday",
    "the housing market showed signs of cooling in recent months now",
    "retail sales data came in weaker than economists had expected",
    "the chairman said the company is well positioned for growth ahead",
    "consumer confidence index fell to its lowest level in months",
    "manufacturing sector showed signs of weakness in the latest report",
    "bond yields rose as investors sold off treasury securities today",
    "the quarterly results were in line with company guidance overall",
    "market volatility has increased in recent trading sessions now",
    "job market remained strong despite concerns about growth ahead",
    "artificial intelligence is transforming the technology industry",
    "neural networks have achieved remarkable results in language tasks",
    "machine learning models require significant computational resources",
    "deep learning has revolutionized computer vision and natural language",
    "researchers are exploring more efficient alternatives to transformers",
};

// Every line on its own, indented by four blanks, in a block that begins with a line break and ends with the blanks of
// the next line; the block `times` times.
std::string blocks(std::span<const std::string_view> lines, int times) {
  std::string block = "\n";
  for (const std::string_view line : lines) block.append("    ").append(line).append("\n");
  block += "    ";
  std::string text;
  for (int i = 0; i < times; ++i) text += block;
  return text;
}

std::string stripped(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \n"), last = text.find_last_not_of(" \n");
  return text.substr(first, last - first + 1);
}

}  // namespace

std::string sparse_text() { return stripped(blocks(kNews, 20)); }

std::string robustness_text() {
  std::array<std::string_view, 8> lines = {kNews[0], kNews[1], kNews[2], kNews[3], kNews[4]};
  for (std::size_t i = 0; i < 3; ++i) lines[5 + i] = kMarkets[i];
  return blocks(lines, 40);
}

std::string scaling_text() {
  std::string text;
  for (int i = 0; i < 30; ++i) {
    for (const std::string_view line : kScaling) text.append(text.empty() ? "" : " ").append(line);
  }
  return text;
}

std::string ternary_text() {
  const std::array<std::string_view, 6> lines = {kNews[0], kNews[1], kNews[2], kNews[3], kMarkets[0], kMarkets[1]};
  return blocks(lines, 50);
}

}  // namespace volley::charlm
