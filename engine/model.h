// What the engine needs to know of a neuron model: how it is described, and how a slice of it is made.
//
// A catalog is handed to `build()`; the engine contains no model. models/catalog.h holds volley's own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/network.h"
#include "engine/slice.h"

namespace volley {

enum class ModelKind { kEventDriven, kClocked };

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

// A parameter that is a word out of a list; the first is the default.
struct OptionInfo {
  std::string name;
  std::vector<std::string> choices;
  std::string doc;
};

struct PortInfo {
  std::string name;
  std::string unit;  // of a weight
};

struct VariableInfo {  // can be probed
  std::string name;
  std::string unit;
};

struct ModelInfo {
  std::string name;
  ModelKind kind;
  std::string summary;  // one line with the equation
  std::string citation;
  std::vector<PortInfo> ports;
  std::vector<VariableInfo> variables;
  std::vector<ParameterInfo> parameters;
  std::vector<OptionInfo> options;
  std::string current_unit;  // of a CurrentDrive; "" if the model takes none
};

// Every numeric parameter of a slice: one value for all its neurons, or one each. Every option as its position in
// `choices`. Complete: defaults are filled in, names are checked, draws are made. REQUIRES: names are the model's.
class ResolvedParameters {
 public:
  void set(std::string name, std::vector<double> values) { values_[std::move(name)] = std::move(values); }
  void set_option(std::string name, std::size_t choice) { options_[std::move(name)] = choice; }

  bool is_uniform(std::string_view name) const { return find(name).size() == 1; }
  bool all_uniform_except(std::span<const std::string_view> exempt) const;
  // REQUIRES: uniform.
  double uniform(std::string_view name) const { return find(name).front(); }
  double at(std::string_view name, std::uint32_t neuron) const {
    const std::vector<double>& v = find(name);
    return v.size() == 1 ? v.front() : v[neuron];
  }
  std::size_t option(std::string_view name) const { return options_.find(name)->second; }

 private:
  const std::vector<double>& find(std::string_view name) const { return values_.find(name)->second; }

  std::map<std::string, std::vector<double>, std::less<>> values_;
  std::map<std::string, std::size_t, std::less<>> options_;
};

// One drive of the slice's population. `range` is already cut to the slice and slice-local.
struct SliceDrive {
  const DriveSpec* spec;
  std::uint32_t id;          // position in Network::drives: the entity of its random stream
  std::uint32_t begin, end;  // slice-local neurons
  Port port;
};

struct SliceRequest {
  const PopulationSpec* spec;
  PopulationId population;
  std::uint32_t first;  // population index of slice-local neuron 0
  std::uint32_t count;
  std::uint64_t seed;
  ResolvedParameters parameters;
  std::vector<SliceDrive> drives;
  std::uint32_t ports_used = 0;  // bit p: some projection or drive ends on port p
};

class ModelType {
 public:
  virtual ~ModelType() = default;
  virtual const ModelInfo& info() const = 0;
  // Errors that concern several parameters at once ("v_reset -50 mV must be below v_threshold -55 mV; ...").
  virtual absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const = 0;
};

// Models by name. Lookups return nullptr when there is none; pointers live as long as the catalog.
class ModelCatalog {
 public:
  void add(std::unique_ptr<ModelType> model) { models_.push_back(std::move(model)); }
  const ModelType* find(std::string_view name) const;
  std::span<const std::unique_ptr<ModelType>> all() const { return models_; }

 private:
  std::vector<std::unique_ptr<ModelType>> models_;
};

}  // namespace volley
