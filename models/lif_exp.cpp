#include "models/lif_exp.h"

#include "models/frame_linear.h"

namespace volley {
namespace {

class LifExpType final : public ModelType {
 public:
  LifExpType() : info_(current_lif_info()) {
    info_.name = "lif_exp";
    info_.summary =
        "leaky integrate-and-fire, exponential currents: tau_m V' = -(V - v_rest) + R (i_e + sum I), "
        "tau_syn I' = -I";
    info_.citation = "Rotter & Diesmann 1999, Biol. Cybern. 81:381; Brette 2007, Neural Comput. 19:2604";
  }
  const ModelInfo& info() const override { return info_; }
  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const override {
    if (absl::Status status = check_current_lif(request); !status.ok()) return status;
    if (frame_linear_fits(request)) return make_frame_linear_slice(request);
    return std::make_unique<FlowPopulation<LifExp>>(request);
  }

 private:
  ModelInfo info_;
};

}  // namespace

std::unique_ptr<ModelType> make_lif_exp() { return std::make_unique<LifExpType>(); }

}  // namespace volley
