#include "models/delta_models.h"

#include <cmath>
#include <limits>

#include "models/firing_check.h"
#include "models/frame_delta.h"
#include "models/lif.h"

namespace volley {
namespace {

ModelInfo info_of(bool leaky) {
  ModelInfo info;
  info.name = leaky ? "lif_delta" : "if_delta";
  info.kind = ModelKind::kEventDriven;
  info.summary = leaky ? "tau_m dV/dt = -(V - v_rest) + i_e; an arrival of weight w: V += w"
                       : "dV/dt = i_e; an arrival of weight w: V += w";
  info.citation = leaky ? "Brunel 2000, J. Comput. Neurosci. 8:183, equations 1 to 3"
                        : "Abbott 1999, Brain Res. Bull. 50:303 (Lapicque's neuron without leak)";
  info.ports = {{"in", "mV"}};
  info.variables = {{"v", "mV"}};
  if (leaky) info.parameters.push_back({"tau_m", "ms", 20, "membrane time constant", 1e-6, {}, 1e9});
  info.parameters.push_back(
      {"v_rest", "mV", 0, leaky ? "resting potential" : "potential at the start unless v_init is set"});
  info.parameters.push_back({"v_threshold", "mV", 20, "firing threshold"});
  info.parameters.push_back({"v_reset", "mV", 0, "potential after a spike"});
  info.parameters.push_back({"t_ref", "ms", 0, "refractory period: what arrives in it is lost", {}, 0, 1e9});
  if (leaky) {
    info.parameters.push_back({"i_e", "mV", 0, "constant drive, membrane resistance times current"});
    info.current_unit = "mV";
  } else {
    info.parameters.push_back({"i_e", "mV/ms", 0, "constant drive"});
    info.current_unit = "mV/ms";
  }
  info.parameters.push_back(
      {"v_init", "mV", std::numeric_limits<double>::quiet_NaN(), "potential at the start; v_rest when not given"});
  info.options = {{"reset", {"value", "subtract"}, "after a spike V = v_reset, or V -= v_threshold - v_reset"},
                  {"threshold", {"above", "at_least"}, "fires at V > v_threshold, or at V >= v_threshold"}};
  return info;
}

class DeltaModel final : public ModelType {
 public:
  explicit DeltaModel(bool leaky) : leaky_(leaky), info_(info_of(leaky)) {}

  const ModelInfo& info() const override { return info_; }

  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const override {
    const ResolvedParameters& p = request.parameters;
    const auto crossing_ms = [&](std::uint32_t n, double current) -> double {
      const double threshold = p.at("v_threshold", n), reset = p.at("v_reset", n);
      if (!leaky_) return current > 0 ? (threshold - reset) / current : kNoCrossing;
      const double beyond = p.at("v_rest", n) + current - threshold;
      return beyond > 0 ? p.at("tau_m", n) * std::log1p((threshold - reset) / beyond) : kNoCrossing;
    };
    if (absl::Status checked = check_firing(request, info_.current_unit, crossing_ms); !checked.ok()) return checked;
    if (frame_delta_fits(request, leaky_)) return make_frame_delta_slice(request, leaky_);
    return leaky_ ? make_flow_lif_slice(request) : make_flow_if_slice(request);
  }

 private:
  bool leaky_;
  ModelInfo info_;
};

}  // namespace

std::unique_ptr<ModelType> make_lif_delta() { return std::make_unique<DeltaModel>(true); }
std::unique_ptr<ModelType> make_if_delta() { return std::make_unique<DeltaModel>(false); }

}  // namespace volley
