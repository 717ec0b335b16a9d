#include "models/lif_adaptive.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "engine/agenda.h"
#include "models/decay_frame.h"
#include "models/delta_slice.h"

namespace volley {
namespace {

enum Variable : std::uint32_t { kV, kTheta };

class AdaptiveSlice final : public DeltaSlice<DecayFrame, false> {
  using Base = DeltaSlice<DecayFrame, false>;

 public:
  AdaptiveSlice(const SliceRequest& request, const DeltaSettings& settings)
      : Base(request, settings, request.parameters.uniform("tau_m")),
        theta_frame_(request.parameters.uniform("tau_theta")),
        theta_plus_(request.parameters.uniform("theta_plus")),
        theta_(request.count) {
    for (std::uint32_t i = 0; i < request.count; ++i) theta_[i] = request.parameters.at("theta_init", i);
  }

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    forget_factors();
    std::size_t next = 0;
    for (;;) {
      const Time arrival = next < due.size() ? due[next].at : kNever;
      const Time instant = std::min({arrival, agenda_.next_time(), next_external_, window.end});
      if (instant == window.end) break;
      move_base(instant);
      const double factor = instant == arrival ? factor_of(next, due) : frame_.factor(instant);
      while (agenda_.next_time() == instant) {
        c_[agenda_.top().neuron] = settings_.reset * factor;
        agenda_.pop();
      }
      if (instant == next_external_) {
        for (Block& block : blocks_) apply_external(block, instant);
        next_external_ = next_external();
      }
      // theta is not negative: who stays below the threshold without it is not looked at.
      const double sieve = settings_.threshold * factor;
      for (; next < due.size() && due[next].at == instant; ++next) {
        deliver(groups[due[next].group].row(due[next].begin, due[next].end), factor, sieve);
      }
      finish_rows(factor, sieve);
      if (candidate_count_ != 0) fire_candidates(instant, factor, fired);
    }
  }

  Time next_event() const override { return std::min(agenda_.next_time(), next_external_); }

  void sample(std::uint32_t variable, Time at, std::span<const std::uint32_t> neurons,
              std::span<double> out) const override {
    if (variable == kV) return Base::sample(variable, at, neurons, out);
    DecayFrame frame = theta_frame_;
    const double power = frame.needs_rebase(at) ? frame.rebase(at) : 1.0;
    const double decay = frame.decay(at);
    for (std::size_t k = 0; k < neurons.size(); ++k) out[k] = DecayFrame::rescaled(theta_[neurons[k]], power) * decay;
  }

 private:
  void fire_candidates(Time at, double factor, std::vector<Spike>& fired) {
    if (theta_frame_.needs_rebase(at)) {
      const double power = theta_frame_.rebase(at);
      for (double& theta : theta_) theta = DecayFrame::rescaled(theta, power);
    }
    const double raised = theta_frame_.factor(at);
    const auto first = static_cast<std::ptrdiff_t>(fired.size());
    for (const std::uint32_t i : take_candidates()) {
      if (!(c_[i] > (settings_.threshold + theta_[i] / raised) * factor)) continue;
      fired.push_back({at, population_, first_ + i});
      theta_[i] += theta_plus_ * raised;
      if (settings_.t_ref > Duration{0}) {
        c_[i] = kParked;
        agenda_.push({at + settings_.t_ref, i, 0});
      } else {
        c_[i] = settings_.reset * factor;
      }
    }
    std::sort(fired.begin() + first, fired.end());
  }

  DecayFrame theta_frame_;
  double theta_plus_;
  std::vector<double> theta_;  // in theta_frame_
  Agenda agenda_;              // ends of refractoriness
};

ModelInfo info() {
  const double none = std::numeric_limits<double>::quiet_NaN();
  ModelInfo info;
  info.name = "lif_adaptive";
  info.kind = ModelKind::kEventDriven;
  info.summary =
      "tau_m dV/dt = -(V - v_rest), V += w; fires at V > v_threshold + theta; theta += theta_plus at a spike, "
      "decaying; "
      "only v_init and theta_init may differ between neurons";
  info.citation = "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99";
  info.ports = {{"in", "mV"}};
  info.variables = {{"v", "mV"}, {"theta", "mV"}};
  info.parameters = {{"tau_m", "ms", 20, "membrane time constant", 1e-6, {}, 1e9},
                     {"v_rest", "mV", 0, "resting potential"},
                     {"v_threshold", "mV", 20, "threshold of a neuron that has not fired"},
                     {"v_reset", "mV", 0, "potential after a spike"},
                     {"t_ref", "ms", 0, "refractory period: what arrives in it is lost", {}, 0, 1e9},
                     {"theta_plus", "mV", 0.05, "what a spike adds to the neuron's threshold", {}, 0},
                     {"tau_theta", "ms", 1e7, "time constant of theta, at least tau_m", 1e-6, {}, 1e9},
                     {"theta_init", "mV", 0, "theta at the start", {}, 0},
                     {"v_init", "mV", none, "potential at the start; v_rest when not given"}};
  return info;
}

class AdaptiveModel final : public ModelType {
 public:
  const ModelInfo& info() const override { return info_; }

  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const override {
    static constexpr std::array<std::string_view, 2> kMayDiffer{"v_init", "theta_init"};
    const ResolvedParameters& p = request.parameters;
    const auto refuse = [&](const std::string& problem) {
      return absl::InvalidArgumentError(absl::StrFormat("population %s: %s", request.spec->name, problem));
    };
    if (!p.all_uniform_except(kMayDiffer)) {
      return refuse(
          "only v_init and theta_init of lif_adaptive may differ between neurons; give the others one value, or make "
          "several populations");
    }
    const double rest = p.uniform("v_rest"), threshold = p.uniform("v_threshold"), reset = p.uniform("v_reset");
    if (p.uniform("tau_theta") < p.uniform("tau_m")) {
      return refuse(absl::StrFormat("tau_theta %g ms, must be at least tau_m %g ms; raise `tau_theta`",
                                    p.uniform("tau_theta"), p.uniform("tau_m")));
    }
    if (rest > threshold || reset >= threshold) {
      return refuse(absl::StrFormat("v_rest %g mV and v_reset %g mV must lie below v_threshold %g mV; raise it", rest,
                                    reset, threshold));
    }
    for (std::uint32_t i = 0; i < request.count; ++i) {
      if (!(p.at("v_init", i) > threshold)) continue;
      return refuse(absl::StrFormat("neuron %d: v_init %g mV, must be at most v_threshold %g mV; set `v_init`",
                                    request.first + i, p.at("v_init", i), threshold));
    }
    return std::make_unique<AdaptiveSlice>(
        request,
        DeltaSettings{rest, threshold - rest, reset - rest, duration_from_ms(p.uniform("t_ref")), /*subtract=*/false});
  }

 private:
  ModelInfo info_ = volley::info();
};

}  // namespace

std::unique_ptr<ModelType> make_lif_adaptive() { return std::make_unique<AdaptiveModel>(); }

}  // namespace volley
