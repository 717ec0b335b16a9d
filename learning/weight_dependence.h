// How strongly a pair of spikes changes a weight that is close to its bounds (Guetig, Aharonov, Rotter & Sompolinsky
// 2003, J. Neurosci. 23, 3697): growth is scaled by (1 - w / w_max)^mu, shrinking by (w / w_max)^mu. mu = 0 is the
// additive rule (Song, Miller & Abbott 2000), mu = 1 the multiplicative one (van Rossum, Bi & Turrigiano 2000).
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "engine/elementary.h"
#include "engine/parameters.h"

namespace volley {

class WeightDependence {
 public:
  explicit WeightDependence(const ResolvedParameters& p)
      : mu_plus_(p.uniform("mu_plus")), mu_minus_(p.uniform("mu_minus")), w_max_(p.uniform("w_max")) {}

  bool is_additive() const { return mu_plus_ == 0 && mu_minus_ == 0; }
  double growth(double w) const { return mu_plus_ == 0 ? 1.0 : power(1.0 - w / w_max_, mu_plus_); }
  double shrinking(double w) const { return mu_minus_ == 0 ? 1.0 : power(w / w_max_, mu_minus_); }

  static std::vector<ParameterInfo> parameters() {
    return {{"mu_plus", "", 0, "exponent of (1 - w / w_max) where weights grow; 0: additive", {}, 0.0, {}},
            {"mu_minus", "", 0, "exponent of (w / w_max) where they shrink; 0: additive", {}, 0.0, {}}};
  }
  static std::vector<std::string> problems(const ResolvedParameters& p) {
    if (p.uniform("mu_plus") == 0 && p.uniform("mu_minus") == 0) return {};
    if (p.uniform("w_max") > 0) return {};
    return {"mu_plus or mu_minus above 0 need a bound that weights are compared with; set `w_max` above 0"};
  }

 private:
  static double power(double x, double mu) {
    if (!(x > 0)) return 0.0;
    return mu == 1.0 ? x : exp_portable(mu * log_portable(x));
  }

  double mu_plus_, mu_minus_, w_max_;
};

}  // namespace volley
