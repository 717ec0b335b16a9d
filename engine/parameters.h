// How the parameters of a model or a rule are described, and their values once they are complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace volley {

// Unit of a rule's parameter that stands for the unit of the weights it changes.
inline constexpr std::string_view kWeightUnit = "weight";

// A numeric parameter: unit, default and the closed or open bounds that it must keep.
struct ParameterInfo {
  std::string name;
  std::string unit;  // "" for a pure number
  double default_value;
  std::string doc;
  std::optional<double> above = {};     // value > above
  std::optional<double> at_least = {};  // value >= at_least
  std::optional<double> at_most = {};   // value <= at_most
};

// A parameter that is a word out of a list; the first is the default. Without a list, of a rule only: any text, by
// default none.
struct OptionInfo {
  std::string name;
  std::vector<std::string> choices;
  std::string doc;
};

// Every numeric parameter of a slice: one value for all its neurons, or one each. Every option as its position in
// `choices`, or as its text. Complete: defaults are filled in, names are checked, draws are made. REQUIRES: names are
// the model's.
class ResolvedParameters {
 public:
  void set(std::string name, std::vector<double> values) { values_[std::move(name)] = std::move(values); }
  void set_option(std::string name, std::size_t choice) { options_[std::move(name)] = choice; }

  void set_text(std::string name, std::string text) { texts_[std::move(name)] = std::move(text); }

  bool is_uniform(std::string_view name) const { return find(name).size() == 1; }
  bool all_uniform_except(std::span<const std::string_view> exempt) const;
  // REQUIRES: uniform.
  double uniform(std::string_view name) const { return find(name).front(); }
  double at(std::string_view name, std::uint32_t neuron) const {
    const std::vector<double>& v = find(name);
    return v.size() == 1 ? v.front() : v[neuron];
  }
  std::size_t option(std::string_view name) const { return options_.find(name)->second; }
  const std::string& text(std::string_view name) const { return texts_.find(name)->second; }

 private:
  const std::vector<double>& find(std::string_view name) const { return values_.find(name)->second; }

  std::map<std::string, std::vector<double>, std::less<>> values_;
  std::map<std::string, std::size_t, std::less<>> options_;
  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace volley
