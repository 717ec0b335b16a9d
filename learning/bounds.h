// Which weights a rule may make: between w_min and w_max, and of the sign that they began with (Dale's principle)
// unless the sign is free.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/plasticity.h"

namespace volley {

// Of weights, and of what changes them at once: far enough from where single precision ends (3.4e38) that sums and
// products stay finite, and no weight becomes NaN.
inline constexpr double kLargestLearned = 1e30;

struct Bounds {
  double low = 0, high = kLargestLearned;
  bool keep_sign = true;

  explicit Bounds(const ResolvedParameters& parameters);

  double clip(double w) const { return std::min(std::max(w, low), high); }
  // What a weight is multiplied by to become what the bounds are about: its magnitude, or itself.
  double sign_of(float weight) const { return keep_sign ? std::copysign(1.0, static_cast<double>(weight)) : 1.0; }

  // The parameters that every rule has because of this.
  static std::vector<ParameterInfo> parameters();
  static std::vector<OptionInfo> options();
  static std::vector<std::string> problems(const ResolvedParameters& parameters);
  // InvalidArgument for the first synapse that begins outside.
  absl::Status check(const RuleRequest& request, const SynapseGroup& group) const;
};

}  // namespace volley
