// Network descriptions. What is accepted must be accepted again when it is written out in full, and must survive
// validation.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/simulation.h"
#include "io/yaml_network.h"
#include "tests/support/full_catalog.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace volley;
  static const ModelCatalog models = test::full_catalog();
  const auto plan = io::parse_yaml_network({reinterpret_cast<const char*>(data), size}, "fuzz.yaml", {}, models);
  if (!plan.ok()) return 0;
  static_cast<void>(problems_of(plan->network, models));
  const auto again = io::parse_yaml_network(plan->resolved, "fuzz.yaml", {}, models);
  if (!again.ok() || !(again->network == plan->network)) std::abort();
  return 0;
}
