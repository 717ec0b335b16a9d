#include "models/lif_alpha.h"

namespace volley {
namespace {

class LifAlphaType final : public ModelType {
 public:
  LifAlphaType() : info_(current_lif_info()) {
    info_.name = "lif_alpha";
    info_.summary =
        "leaky integrate-and-fire, alpha currents: tau_m V' = -(V - v_rest) + R (i_e + sum I), "
        "I = w (s / tau_syn) exp(1 - s / tau_syn)";
    info_.citation = "Rotter & Diesmann 1999, Biol. Cybern. 81:381";
  }
  const ModelInfo& info() const override { return info_; }
  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const override {
    if (absl::Status status = check_current_lif(request); !status.ok()) return status;
    return std::make_unique<FlowPopulation<LifAlpha>>(request);
  }

 private:
  ModelInfo info_;
};

}  // namespace

std::unique_ptr<ModelType> make_lif_alpha() { return std::make_unique<LifAlphaType>(); }

}  // namespace volley
