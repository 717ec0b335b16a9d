// A number as two floats, 48 bits together: the upper one is what a synapse delivers, so a weight that learns costs
// four bytes more than a static one and still adds up small changes.
#pragma once

namespace volley {

inline double joined(float high, float low) { return static_cast<double>(high) + static_cast<double>(low); }

struct SplitFloat {
  float high = 0, low = 0;

  SplitFloat() = default;
  SplitFloat(float upper, float lower) : high(upper), low(lower) {}
  explicit SplitFloat(double value)
      : high(static_cast<float>(value)), low(static_cast<float>(value - static_cast<double>(high))) {}
  double joined() const { return volley::joined(high, low); }
};

}  // namespace volley
