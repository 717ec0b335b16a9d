#include "tests/support/loihi_tables.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "models/loihi_arithmetic.h"
#include "models/loihi_weights.h"

namespace volley::test {
namespace {

using Fields = std::vector<std::int64_t>;

std::string missing(const std::vector<std::string>& names, const Fields& row) {
  std::string text;
  for (std::size_t i = 0; i < row.size(); ++i) text += (i > 0 ? ", " : "") + names[i] + " " + std::to_string(row[i]);
  return text + ": missing";
}

// Tables are grids: blocks of rows that differ in one field. A table may be thinned out evenly, so blocks need not be
// equal, but one that is a part of another lost a row. `blocks`: the last field's values by the other fields.
std::string first_missing(const std::map<Fields, std::set<std::int64_t>>& blocks,
                          const std::vector<std::string>& names) {
  for (const auto& [where, values] : blocks) {
    for (const auto& [other, more] : blocks) {
      if (other.front() != where.front() || values.size() >= more.size()) continue;
      if (!std::includes(more.begin(), more.end(), values.begin(), values.end())) continue;
      Fields row = where;
      row.push_back(
          *std::find_if(more.begin(), more.end(), [&values = values](std::int64_t v) { return !values.contains(v); }));
      return missing(names, row);
    }
  }
  return "";
}

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
    Fields fields;
    std::istringstream words(line);
    for (std::string word; fields.size() < count && std::getline(words, word, ',') && !word.empty();) {
      fields.push_back(std::stoll(word));
    }
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
  const std::vector<std::string> names{"offset", "decay", "x"};
  std::set<Fields> rows;
  std::string problem = check_lines(path, 4, [&](const Fields& f) {
    rows.insert({f[2], f[1], f[0]});
    return compare("decay", f[3], loihi_decay(f[0], 4096 - (f[1] + f[2])));
  });
  std::set<std::int64_t> decays, offsets;
  std::map<Fields, std::set<std::int64_t>> xs{};
  for (const Fields& row : rows) {
    offsets.insert(row[0]), decays.insert(row[1]);
    xs[{row[0], row[1]}].insert(row[2]);
  }
  for (const std::int64_t offset : offsets) {
    for (const std::int64_t decay : decays) {
      if (problem.empty() && !xs.contains({offset, decay})) problem = missing(names, {offset, decay});
    }
  }
  return problem.empty() ? first_missing(xs, names) : problem;
}

std::string check_weight_table(const std::string& path) {
  const std::vector<std::string> names{"sign mode", "bits", "exponent", "mantissa"};
  std::set<Fields> rows;
  std::string problem = check_lines(path, 6, [&](const Fields& f) {
    rows.insert({f[0], f[1], f[2], f[3]});
    LoihiWeightFormat format{
        .weight_exponent = static_cast<int>(f[2]), .weight_bits = static_cast<int>(f[1]), .mixed_sign = f[0] == 1};
    const std::string brian = compare("toward zero", f[4], loihi_weight(f[3], format));
    format.rounding = LoihiRounding::kLava;
    return brian.empty() ? compare("Lava", f[5], loihi_weight(f[3], format)) : brian;
  });
  std::set<std::int64_t> bits, exponents;
  std::map<Fields, std::set<std::int64_t>> mantissas;
  for (const Fields& row : rows) {
    bits.insert(row[1]), exponents.insert(row[2]);
    mantissas[{row[0], row[1], row[2]}].insert(row[3]);
  }
  for (const std::int64_t mode : {1, 2, 3}) {
    for (const std::int64_t b : bits) {
      for (const std::int64_t exponent : exponents) {
        if (problem.empty() && !mantissas.contains({mode, b, exponent})) problem = missing(names, {mode, b, exponent});
      }
    }
  }
  return problem.empty() ? first_missing(mantissas, names) : problem;
}

// Both sides of both ends, and with every number beyond an end its negative.
std::string check_wrap_table(const std::string& path) {
  std::set<std::int64_t> rows;
  std::string problem = check_lines(path, 3, [&](const Fields& f) {
    rows.insert(f[0]);
    const std::string nengo = compare("two's complement", f[1], wrap_signed(f[0], 23));
    return nengo.empty() ? compare("Lava", f[2], wrap_lava(f[0], 23)) : nengo;
  });
  constexpr std::int64_t kEnd = std::int64_t{1} << 23;
  std::set<std::int64_t> wanted{kEnd - 1, kEnd, kEnd + 1};
  for (const std::int64_t row : rows) {
    if (std::abs(row) >= kEnd) wanted.insert(std::abs(row));
  }
  for (const std::int64_t size : wanted) {
    for (const std::int64_t x : {size, -size}) {
      if (problem.empty() && !rows.contains(x)) problem = missing({"x"}, {x});
    }
  }
  return problem;
}

}  // namespace volley::test
