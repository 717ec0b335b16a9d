#include "models/lif.h"

namespace volley {

std::unique_ptr<Slice> make_flow_lif_slice(const SliceRequest& request) {
  return std::make_unique<FlowPopulation<FlowLif<true>>>(request);
}

std::unique_ptr<Slice> make_flow_if_slice(const SliceRequest& request) {
  return std::make_unique<FlowPopulation<FlowLif<false>>>(request);
}

}  // namespace volley
