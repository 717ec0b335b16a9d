// The time of a step with the chip's network in it: messages travel a mesh of routers hop by hop, block one another and
// wait for receivers that are busy. A discrete-event simulation of its own, on the engine's calendar queue.
//
// The network, as in the cycle-accurate mode of SANA-FE (Boyle et al., TCAD 44(8), 2025), whose routers are BookSim 2's
// (Jiang et al., ISPASS 2013) in this configuration: everything happens in whole cycles of one clock; several equal
// networks lie side by side (`subnets`) and a core sends its messages to them in turn; a message is one flit; x is
// routed before y; every link holds one message at a time, from the allocation of the link to the return of its credit.
// Cycle numbers of a message that reaches a router's input at cycle t and meets nobody:
//
//   t      its output is allocated (round robin among the inputs that ask for it)
//   t + 1  it leaves the input buffer; the credit frees the link behind it at t + 3
//   t + 2  it crosses the switch: at its last router it is now in the receiver's buffer
//   t + 4  it reaches the next router's input
//
// A core puts a message into the network when its work before it is done and the link into the network is free; it
// reaches the first router's input two cycles later. A receiver's buffer takes `receive_buffer` messages beside the one
// being handled, each for at least one cycle; while it is full, the message stays where it is, and so do those behind
// it. Only entities that act are looked at, so the cost of a message depends on its hops and not on how many others are
// under way.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/calendar.h"
#include "engine/time.h"
#include "hardware/mesh.h"
#include "hardware/step_work.h"

namespace volley::hardware {

// How the network works in time.
struct NetworkTiming {
  Duration clock{1000};
  std::uint32_t subnets = 1;
  std::uint32_t receive_buffer = 8;  // messages
  EndOfStep end_of_step = EndOfStep::kSerial;
};
// A router's inputs, its cores and its four neighbours, are the bits of a word of 32.
inline constexpr std::uint32_t kMostCoresOfRouter = 32 - kDirections;

// Errors: InvalidArgument names every property that the chip's file leaves unset, or tiles of too many cores.
absl::StatusOr<NetworkTiming> network_timing(const Mesh& mesh);

struct MeshTime : StepTime {
  std::uint32_t busiest_tile = 0;  // from which the busiest link leaves; the lowest of several
  Direction busiest_direction = Direction::kEast;
  std::uint64_t busiest_messages = 0;  // that it carried; 0 when none left its tile
};

// What became of every message, for timelines. In time since the step's begin.
struct MessageTimes {
  Duration sent, received, started, finished;
};

// Times steps one after the other; keeps its memory between them. Not thread safe.
class MeshTimer {
 public:
  // REQUIRES: mesh.cores_per_tile <= kMostCoresOfRouter.
  MeshTimer(const Mesh& mesh, const NetworkTiming& timing);

  // REQUIRES: work.cores() <= mesh.core_count(); destinations are cores. `times`, unless null, gets one entry per
  // message.
  MeshTime time(const StepWork& work, std::vector<MessageTimes>* times = nullptr);

 private:
  struct Waiting {                // a message in a receiver's buffer
    std::int64_t pushed, popped;  // cycles; it occupies the buffer after the first, through the second
  };
  struct Receiver {
    std::int64_t busy_through = -1;     // last cycle of the messages it has
    std::uint32_t first = 0, size = 0;  // its ring of waiting messages
  };
  // Where an output or input of a router lies; the tables save divisions on every hop.
  struct Place {
    std::uint32_t base;  // its router's first output
    std::uint16_t tile;
    std::uint8_t port;  // within the router: first its cores, then the four directions
  };
  struct Coordinates {
    std::uint16_t x, y;
  };
  struct Flit {
    std::uint32_t message;
    std::uint16_t tile;  // of its destination
    std::uint8_t port;   // of the destination's core there
  };

  void start(const StepWork& work);
  void core_ready(std::uint32_t core);
  void arrive(std::uint32_t input);
  void arbitrate(std::uint32_t output);
  void eject(std::uint32_t output);
  void release(std::uint32_t slot, std::int64_t at);
  void receive(std::uint32_t core, std::uint32_t message, std::int64_t cycle);
  Waiting& waiting(std::uint32_t core, std::uint32_t i) {
    return rings_[core * ring_size_ + ((receivers_[core].first + i) & (ring_size_ - 1))];
  }
  std::int64_t cycles(Duration d) const;
  MeshTime finish() const;

  Mesh mesh_;
  NetworkTiming timing_;
  std::uint32_t ports_;  // of a router: first its cores, then the four directions
  std::uint32_t cores_;
  std::uint32_t links_;  // outputs, and as many inputs, of all routers of all subnets
  // Entities of the calendar: cores, then arrivals at inputs, wake-ups of outputs, ejections at outputs from here on.
  std::uint32_t arrivals_, wakes_, ejections_;
  std::uint32_t ring_size_;  // a power of two
  Calendar calendar_;
  std::vector<Place> place_;          // by output or input
  std::vector<Coordinates> tile_at_;  // by tile

  // A slot is what one message at a time may hold: the link out of an output, or (from links_ on) from a core into a
  // router. It can be taken from cycle free_at_ on; kHeld while nobody knows when that will be.
  std::vector<std::int64_t> free_at_;
  std::vector<std::uint32_t> upstream_;    // by input: the slot through which its messages come
  std::vector<std::uint32_t> downstream_;  // by output to a neighbour: the input at its far end
  std::vector<Flit> at_input_;             // by input: the message that waits there
  std::vector<std::uint32_t> asking_;      // by output: the inputs of its router that want it, one bit each
  std::vector<std::uint32_t> granted_;     // by output to a core: the input that got it
  std::vector<std::uint8_t> turn_;         // by output: the input that round robin asks first
  std::vector<std::uint8_t> wake_set_;     // by output: an entry of the calendar will arbitrate it
  std::vector<std::uint64_t> carried_;     // by output to a neighbour: messages
  std::vector<std::uint32_t> touched_;     // outputs to arbitrate in this cycle
  std::vector<std::uint32_t> ejecting_;    // outputs to cores that hand over in this cycle

  std::vector<std::uint32_t> next_message_;  // by core
  std::vector<std::uint8_t> blocked_;        // by core: waits for a slot whose release is not known yet
  std::vector<std::int64_t> tail_from_;      // by core: the cycle in which its last message left
  std::vector<Receiver> receivers_;
  std::vector<Waiting> rings_;
  std::int64_t last_injection_ = 0;
  std::int64_t last_retired_ = -1;
  const StepWork* work_ = nullptr;
  std::vector<MessageTimes>* times_ = nullptr;
};

}  // namespace volley::hardware
