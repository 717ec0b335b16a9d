#include "apps/edlearn/learner.h"

#include <algorithm>
#include <cmath>

namespace volley::edlearn {

double Answer::error(std::uint32_t right) const {
  double sum = 0;
  for (std::uint32_t n = 0; n < kClasses; ++n) sum += std::abs((n == right ? 1.0 : 0.0) - output[n]);
  return sum / kClasses;
}

Answer answer_of(const std::array<double, kClasses>& output) {
  const auto most = std::max_element(output.begin(), output.end());
  return {static_cast<std::uint32_t>(most - output.begin()), output};
}

}  // namespace volley::edlearn
