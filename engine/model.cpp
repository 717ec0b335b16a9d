#include "engine/model.h"

#include <algorithm>

namespace volley {

bool ResolvedParameters::all_uniform_except(std::span<const std::string_view> exempt) const {
  return std::all_of(values_.begin(), values_.end(), [&](const auto& entry) {
    return entry.second.size() == 1 || std::find(exempt.begin(), exempt.end(), entry.first) != exempt.end();
  });
}

const ModelType* ModelCatalog::find(std::string_view name) const {
  for (const std::unique_ptr<ModelType>& model : models_) {
    if (model->info().name == name) return model.get();
  }
  return nullptr;
}

const RuleType* ModelCatalog::find_rule(std::string_view name) const {
  for (const std::unique_ptr<RuleType>& rule : rules_) {
    if (rule->info().name == name) return rule.get();
  }
  return nullptr;
}

}  // namespace volley
