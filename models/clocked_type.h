// Makes slices of a clocked model: the model's entry in a catalog.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "engine/model.h"
#include "models/clocked_population.h"

namespace volley {

template <ClockedModel M>
class ClockedType final : public ModelType {
 public:
  const ModelInfo& info() const override { return info_; }

  // Refuses a `dt` that differs between neurons, and what M::problem() says of any neuron.
  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const override {
    const ResolvedParameters& resolved = request.parameters;
    if (!resolved.is_uniform("dt")) {
      return absl::InvalidArgumentError(
          absl::StrFormat("population %s: `dt` differs between neurons, but model %s ticks as one; set one number",
                          request.spec->name, info_.name));
    }
    const Duration dt = duration_from_ms(resolved.uniform("dt"));
    const std::size_t distinct = resolved.all_uniform_except(M::kInitialOnly) ? 1 : request.count;
    std::vector<typename M::Constants> constants;
    std::vector<typename M::State> initial;
    initial.reserve(request.count);
    for (std::uint32_t i = 0; i < request.count; ++i) {
      const typename M::Params params = M::params(resolved, i);
      if (const std::string problem = M::problem(params); !problem.empty()) {
        return absl::InvalidArgumentError(
            absl::StrFormat("population %s, neuron %d: %s", request.spec->name, request.first + i, problem));
      }
      if (i < distinct) constants.push_back(M::constants(params, to_ms(dt)));
      initial.push_back(M::initial(params));
    }
    return std::make_unique<ClockedPopulation<M>>(request, dt, std::move(constants), initial);
  }

 private:
  ModelInfo info_ = M::info();
};

}  // namespace volley
