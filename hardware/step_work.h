// What one algorithmic step gives every core to do, in the order in which the core does it, and how long the step took.
//
// A core updates its neurons one after the other. A neuron that fires sends one message per destination core; a message
// leaves when the update of its neuron and all work before it are done. Receiving cores handle messages one after the
// other, beside their own updates. This is the pipeline of SANA-FE (Boyle et al., TCAD 44(8), 2025).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/time.h"

namespace volley::hardware {

struct Message {
  std::uint32_t destination;  // core
  Duration generation;        // work of the sender since its previous message
  Duration processing;        // work at the receiver
};

// Messages of all cores, core after core, each core's in the order in which it sends them.
struct StepWork {
  std::vector<std::uint32_t> first{0};  // messages of core c: [first[c], first[c + 1])
  std::vector<Message> messages;
  std::vector<Duration> tail;     // by core: work after its last message
  std::vector<Duration> waiting;  // by core: work at its receiver from outside the chip, there from the begin; or empty

  std::size_t cores() const { return tail.size(); }
  Duration waiting_at(std::size_t core) const { return waiting.empty() ? Duration{0} : waiting[core]; }
  std::span<const Message> of(std::size_t core) const {
    return std::span(messages).subspan(first[core], first[core + 1] - first[core]);
  }
  // Ends the core that is being filled; the next message belongs to the next core.
  void end_core(Duration rest) {
    tail.push_back(rest);
    first.push_back(static_cast<std::uint32_t>(messages.size()));
  }
  void clear() {
    first.assign(1, 0);
    messages.clear();
    tail.clear();
    waiting.clear();
  }
};

// How long a step took, without the barrier at its end.
struct StepTime {
  Duration duration{0};
  std::uint32_t last_core = 0;  // that finished last; the lowest of several
};

// The time of a step when the network costs nothing and nobody waits: the busiest sender or the busiest receiver.
// This is the reference's `simple` mode.
StepTime simple_time(const StepWork& work);

}  // namespace volley::hardware
