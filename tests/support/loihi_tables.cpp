#include "tests/support/loihi_tables.h"

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "models/loihi_arithmetic.h"
#include "models/loihi_weights.h"

namespace volley::test {
namespace {

// Calls check(fields) for every line after the header, with the line's first `count` fields; a non-empty answer ends
// it.
template <class Check>
std::string check_lines(const std::string& path, std::size_t count, Check check) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error(path + ": cannot be read");
  std::string line;
  std::getline(in, line);
  std::size_t number = 1;
  for (; std::getline(in, line); ++number) {
    std::vector<std::int64_t> fields;
    std::istringstream words(line);
    for (std::string word; fields.size() < count && std::getline(words, word, ',');) fields.push_back(std::stoll(word));
    if (fields.size() < count) throw std::runtime_error(path + ":" + std::to_string(number + 1) + ": too few fields");
    if (std::string problem = check(fields); !problem.empty())
      return "line " + std::to_string(number + 1) + ": " + problem;
  }
  return number > 1 ? "" : "no lines";
}

std::string compare(const char* what, std::int64_t expected, std::int64_t got) {
  if (expected == got) return "";
  return std::string(what) + ": expected " + std::to_string(expected) + ", got " + std::to_string(got);
}

}  // namespace

std::string check_decay_table(const std::string& path) {
  return check_lines(path, 4, [](const std::vector<std::int64_t>& f) {
    return compare("decay", f[3], loihi_decay(f[0], 4096 - (f[1] + f[2])));
  });
}

std::string check_weight_table(const std::string& path) {
  return check_lines(path, 6, [](const std::vector<std::int64_t>& f) {
    LoihiWeightFormat format{
        .weight_exponent = static_cast<int>(f[2]), .weight_bits = static_cast<int>(f[1]), .mixed_sign = f[0] == 1};
    const std::string brian = compare("toward zero", f[4], loihi_weight(f[3], format));
    format.rounding = LoihiRounding::kLava;
    return brian.empty() ? compare("Lava", f[5], loihi_weight(f[3], format)) : brian;
  });
}

std::string check_wrap_table(const std::string& path) {
  return check_lines(path, 3, [](const std::vector<std::int64_t>& f) {
    const std::string nengo = compare("two's complement", f[1], wrap_signed(f[0], 23));
    return nengo.empty() ? compare("Lava", f[2], wrap_lava(f[0], 23)) : nengo;
  });
}

}  // namespace volley::test
