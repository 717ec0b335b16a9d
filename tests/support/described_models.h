// Models that can be described but not run: the tables that a reader of descriptions needs, and nothing else.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/model.h"

namespace volley::test {

class DescribedModel final : public ModelType {
 public:
  explicit DescribedModel(ModelInfo info) : info_(std::move(info)) {}
  const ModelInfo& info() const override { return info_; }
  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest&) const override {
    return absl::FailedPreconditionError("described models make no slices");
  }

 private:
  ModelInfo info_;
};

// "jump": delta synapses in mV, an option, no value for v_init unless given. "current": pA synapses on two ports.
// "map": parameters with compound units and one in a unit that is none of ours.
inline ModelCatalog described_models() {
  ModelCatalog models;
  models.add(
      std::make_unique<DescribedModel>(ModelInfo{"jump",
                                                 ModelKind::kEventDriven,
                                                 "",
                                                 "",
                                                 {{"in", "mV"}},
                                                 {{"v", "mV"}},
                                                 {{"tau_m", "ms", 20, "", 0.0},
                                                  {"v_rest", "mV", 0, ""},
                                                  {"v_threshold", "mV", 20, ""},
                                                  {"v_reset", "mV", 0, ""},
                                                  {"t_ref", "ms", 2, "", {}, 0.0},
                                                  {"v_init", "mV", std::numeric_limits<double>::quiet_NaN(), ""}},
                                                 {{"reset", {"value", "subtract"}, ""}},
                                                 "mV"}));
  models.add(std::make_unique<DescribedModel>(ModelInfo{"current",
                                                        ModelKind::kEventDriven,
                                                        "",
                                                        "",
                                                        {{"exc", "pA"}, {"inh", "pA"}},
                                                        {{"v", "mV"}, {"i_exc", "pA"}},
                                                        {{"c_m", "pF", 250, "", 0.0}, {"tau_m", "ms", 10, "", 0.0}},
                                                        {},
                                                        "pA"}));
  models.add(std::make_unique<DescribedModel>(ModelInfo{
      "map",
      ModelKind::kClocked,
      "",
      "",
      {{"in", ""}},
      {{"x", ""}},
      {{"a", "1/ms", 0.02, ""}, {"d", "mV/ms", 8, ""}, {"k", "1/(mV ms)", 0.04, ""}, {"u", "2^-12 steps", 7, ""}},
      {},
      ""}));
  return models;
}

}  // namespace volley::test
