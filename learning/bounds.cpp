#include "learning/bounds.h"

#include <limits>

#include "absl/strings/str_format.h"
#include "engine/connect.h"

namespace volley {

Bounds::Bounds(const ResolvedParameters& parameters)
    : low(parameters.uniform("w_min")), keep_sign(parameters.option("sign") == 0) {
  const double most = parameters.uniform("w_max");
  if (!std::isnan(most)) high = most;
}

std::vector<ParameterInfo> Bounds::parameters() {
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {{"w_min", "weight", 0, "smallest weight; with `sign: keep` of its magnitude", {}, {}, {}},
          {"w_max", "weight", none, "largest weight; with `sign: keep` of its magnitude; not given: 1e30", {}, {}, {}}};
}

std::vector<OptionInfo> Bounds::options() {
  return {{"sign",
           {"keep", "free"},
           "keep: a weight keeps the sign that it begins with, and the rule changes its magnitude"}};
}

std::vector<std::string> Bounds::problems(const ResolvedParameters& parameters) {
  std::vector<std::string> problems;
  const Bounds bounds(parameters);
  if (bounds.keep_sign && bounds.low < 0) {
    problems.push_back(
        absl::StrFormat("w_min %g, must be at least 0 with `sign: keep`; set `w_min`, or `sign: free`", bounds.low));
  }
  if (!(bounds.high >= bounds.low)) {
    problems.push_back(absl::StrFormat("w_max %g, must be at least w_min %g; set `w_max`", bounds.high, bounds.low));
  }
  return problems;
}

absl::Status Bounds::check(const RuleRequest& request, const SynapseGroup& group) const {
  for (std::size_t k = 0; k < group.weight.size(); ++k) {
    const double w = static_cast<double>(group.weight[k]) * sign_of(group.weight[k]);
    // Weights are drawn in single precision, bounds are given in double.
    if (w >= static_cast<double>(static_cast<float>(low)) && w <= static_cast<double>(static_cast<float>(high)))
      continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("projection %s: a synapse onto neuron %d begins with %s%g, must be from %g to %g; change "
                        "`weight`, or `w_min` and "
                        "`w_max`",
                        projection_name(*request.spec), request.first + group.target[k],
                        keep_sign ? "a weight of magnitude " : "weight ", w, low, high));
  }
  return absl::OkStatus();
}

}  // namespace volley
