// lava-dl networks. What is accepted must be a network whose edges lie within its populations.
#include "io/lava_net.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <variant>

#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/small_edits.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const volley::test::MemoryFile file(data, size);
  volley::io::LavaNetOptions options;
  options.max_synapses = 1u << 20;
  const auto plan = volley::io::read_lava_net(file.path(), options);
  if (!plan.ok()) return 0;
  std::map<std::string, std::uint32_t> sizes{{"input", plan->network.sources.at(0).size}};
  for (const auto& population : plan->network.populations) sizes[population.name] = population.size;
  for (const auto& projection : plan->network.projections) {
    for (const volley::Edge& edge : std::get<volley::Explicit>(projection.rule).edges) {
      if (edge.source >= sizes.at(projection.source) || edge.target >= sizes.at(projection.target)) std::abort();
    }
  }
  return 0;
}
