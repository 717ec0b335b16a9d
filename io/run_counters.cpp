#include "io/run_counters.h"

namespace volley::io {

RunCounters counters_of(const Simulation& simulation) {
  return {simulation.now(), simulation.counters(), simulation.projection_events()};
}

}  // namespace volley::io
