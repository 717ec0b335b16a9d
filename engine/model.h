// What the engine needs to know of a neuron model: how it is described, and how a slice of it is made.
//
// A catalog is handed to `build()`; the engine contains no model. models/catalog.h holds volley's own.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/network.h"
#include "engine/parameters.h"
#include "engine/plasticity.h"
#include "engine/slice.h"

namespace volley {

enum class ModelKind { kEventDriven, kClocked };

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

// Models, and the rules by which synapses learn, by name. Lookups return nullptr when there is none; pointers live as
// long as the catalog.
class ModelCatalog {
 public:
  void add(std::unique_ptr<ModelType> model) { models_.push_back(std::move(model)); }
  void add(std::unique_ptr<RuleType> rule) { rules_.push_back(std::move(rule)); }
  const ModelType* find(std::string_view name) const;
  const RuleType* find_rule(std::string_view name) const;
  std::span<const std::unique_ptr<ModelType>> all() const { return models_; }
  std::span<const std::unique_ptr<RuleType>> rules() const { return rules_; }

 private:
  std::vector<std::unique_ptr<ModelType>> models_;
  std::vector<std::unique_ptr<RuleType>> rules_;
};

}  // namespace volley
