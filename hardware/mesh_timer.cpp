#include "hardware/mesh_timer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace volley::hardware {
namespace {

constexpr std::int64_t kHeld = std::numeric_limits<std::int64_t>::max();

// Cycles of the pipeline that the header describes.
constexpr std::int64_t kIntoRouter = 2, kToNextRouter = 4, kCreditAfterGrant = 3, kCreditAfterLeaving = 2;
constexpr std::int64_t kEjectedLinkFree = 5, kRetired = 3;  // after a message leaves its last router's input
constexpr std::int64_t kCreditOfEjection = 2;               // after it is retired

constexpr std::uint32_t kOpposite[kDirections] = {1, 0, 3, 2};

}  // namespace

absl::StatusOr<NetworkTiming> network_timing(const Mesh& mesh) {
  std::string unset;
  for (const auto& [known, name] : {std::pair{mesh.clock_ns.has_value(), "clock_ns"},
                                    {mesh.subnets.has_value(), "subnets"},
                                    {mesh.receive_buffer.has_value(), "receive_buffer"},
                                    {mesh.end_of_step.has_value(), "end_of_step"}}) {
    if (!known) absl::StrAppend(&unset, unset.empty() ? "" : ", ", name);
  }
  if (!unset.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("the chip's mesh leaves ", unset,
                                                   " unset, so its messages cannot be timed; set them in its file, or "
                                                   "use the simple timing"));
  }
  if (mesh.cores_per_tile > kMostCoresOfRouter) {
    return absl::InvalidArgumentError(
        absl::StrCat("tiles have ", mesh.cores_per_tile, " cores, must be at most ", kMostCoresOfRouter,
                     " for messages to be timed; describe more, smaller tiles, or use the simple timing"));
  }
  return NetworkTiming{.clock = Duration{std::llround(mesh.clock_ns->value * 1000)},
                       .subnets = mesh.subnets->value,
                       .receive_buffer = mesh.receive_buffer->value,
                       .end_of_step = mesh.end_of_step->value};
}

MeshTimer::MeshTimer(const Mesh& mesh, const NetworkTiming& timing)
    : mesh_(mesh),
      timing_(timing),
      ports_(mesh.cores_per_tile + kDirections),
      cores_(mesh.core_count()),
      links_(timing.subnets * mesh.tile_count() * ports_),
      arrivals_(cores_),
      wakes_(arrivals_ + links_),
      ejections_(wakes_ + links_),
      ring_size_(std::bit_ceil(timing.receive_buffer + 2 * timing.subnets)),
      calendar_(ejections_ + links_),
      place_(links_),
      tile_at_(mesh.tile_count()),
      free_at_(links_ + timing.subnets * mesh.core_count()),
      upstream_(links_),
      downstream_(links_),
      at_input_(links_),
      asking_(links_),
      granted_(links_),
      turn_(links_),
      wake_set_(links_),
      carried_(links_),
      next_message_(mesh.core_count()),
      blocked_(mesh.core_count()),
      tail_from_(mesh.core_count()),
      receivers_(mesh.core_count()),
      rings_(mesh.core_count() * ring_size_) {
  const std::uint32_t tiles = mesh.tile_count(), cores = mesh.cores_per_tile;
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    const Position at = mesh.position_of_tile(tile);
    tile_at_[tile] = {static_cast<std::uint16_t>(at.x), static_cast<std::uint16_t>(at.y)};
    for (std::uint32_t subnet = 0; subnet < timing.subnets; ++subnet) {
      const std::uint32_t base = (subnet * tiles + tile) * ports_;
      for (std::uint32_t p = 0; p < ports_; ++p) {
        place_[base + p] = {base, static_cast<std::uint16_t>(tile), static_cast<std::uint8_t>(p)};
      }
      for (std::uint32_t p = 0; p < cores; ++p) {
        upstream_[base + p] = links_ + subnet * mesh.core_count() + tile * cores + p;
      }
      for (std::uint32_t d = 0; d < kDirections; ++d) {
        const auto neighbour = mesh.neighbour(tile, static_cast<Direction>(d));
        if (!neighbour) continue;
        const std::uint32_t output = base + cores + d;
        const std::uint32_t input = (subnet * tiles + *neighbour) * ports_ + cores + kOpposite[d];
        downstream_[output] = input;
        upstream_[input] = output;
      }
    }
  }
}

// Nearest cycle, halves downward: the reference's doubles round sums such as 84.5 ns down.
std::int64_t MeshTimer::cycles(Duration d) const {
  return (2 * d.count() + timing_.clock.count() - 1) / (2 * timing_.clock.count());
}

void MeshTimer::start(const StepWork& work) {
  work_ = &work;
  calendar_.reset();
  std::fill(free_at_.begin(), free_at_.end(), 0);
  std::fill(turn_.begin(), turn_.end(), 0);
  std::fill(carried_.begin(), carried_.end(), 0);
  last_injection_ = 0;
  last_retired_ = -1;
  for (std::uint32_t core = 0; core < cores_; ++core) {
    receivers_[core] = {};
    blocked_[core] = 0;
    tail_from_[core] = 0;
    if (core >= work.cores()) continue;
    receivers_[core].busy_through = cycles(work.waiting_at(core)) - 1;
    next_message_[core] = work.first[core];
    if (next_message_[core] == work.first[core + 1]) continue;
    calendar_.put(core, std::max<std::int64_t>(1, cycles(work.messages[next_message_[core]].generation)));
  }
}

void MeshTimer::core_ready(std::uint32_t core) {
  const std::int64_t now = calendar_.now();
  const std::uint32_t message = next_message_[core];
  const std::uint32_t subnet = (message - work_->first[core]) % timing_.subnets;
  const std::uint32_t slot = links_ + subnet * cores_ + core;
  if (free_at_[slot] == kHeld) {
    blocked_[core] = 1;
    return;
  }
  if (free_at_[slot] > now) {
    calendar_.put(core, free_at_[slot]);
    return;
  }
  free_at_[slot] = kHeld;
  const std::uint32_t router = subnet * mesh_.tile_count() + core / mesh_.cores_per_tile;
  const std::uint32_t input = router * ports_ + core % mesh_.cores_per_tile;
  const std::uint32_t to = work_->messages[message].destination;
  at_input_[input] = {message, static_cast<std::uint16_t>(to / mesh_.cores_per_tile),
                      static_cast<std::uint8_t>(to % mesh_.cores_per_tile)};
  calendar_.put(arrivals_ + input, now + kIntoRouter);
  if (times_) (*times_)[message].sent = now * timing_.clock;
  last_injection_ = now;
  if (++next_message_[core] == work_->first[core + 1]) {
    tail_from_[core] = now;
  } else {
    calendar_.put(core, now + std::max<std::int64_t>(1, cycles(work_->messages[message + 1].generation)));
  }
}

void MeshTimer::arrive(std::uint32_t input) {
  const Place here = place_[input];
  const Flit flit = at_input_[input];
  std::uint32_t port = flit.port;
  if (here.tile != flit.tile) {
    const Coordinates at = tile_at_[here.tile], to = tile_at_[flit.tile];
    port = mesh_.cores_per_tile + (at.x < to.x ? 0 : at.x > to.x ? 1 : at.y < to.y ? 2 : 3);
  }
  asking_[here.base + port] |= std::uint32_t{1} << here.port;
  touched_.push_back(here.base + port);
}

void MeshTimer::arbitrate(std::uint32_t output) {
  if (asking_[output] == 0 || free_at_[output] == kHeld) return;  // release() sees to it
  const std::int64_t now = calendar_.now();
  if (free_at_[output] > now) {
    if (!wake_set_[output]) calendar_.put(wakes_ + output, free_at_[output]);
    wake_set_[output] = 1;
    return;
  }
  const std::uint32_t from_turn = asking_[output] >> turn_[output] << turn_[output];
  const auto winner = static_cast<std::uint32_t>(std::countr_zero(from_turn != 0 ? from_turn : asking_[output]));
  asking_[output] &= ~(std::uint32_t{1} << winner);
  turn_[output] = static_cast<std::uint8_t>(winner + 1 == ports_ ? 0 : winner + 1);
  free_at_[output] = kHeld;

  const std::uint32_t input = place_[output].base + winner;
  if (place_[output].port < mesh_.cores_per_tile) {
    granted_[output] = input;
    calendar_.put(ejections_ + output, now + 1);
    return;
  }
  ++carried_[output];
  const std::uint32_t next = downstream_[output];
  at_input_[next] = at_input_[input];
  calendar_.put(arrivals_ + next, now + kToNextRouter);
  release(upstream_[input], now + kCreditAfterGrant);
}

void MeshTimer::eject(std::uint32_t output) {
  const std::int64_t now = calendar_.now();
  const std::uint32_t core = place_[output].tile * mesh_.cores_per_tile + place_[output].port;
  Receiver& receiver = receivers_[core];
  while (receiver.size > 0 && waiting(core, 0).popped < now) {
    ++receiver.first;
    --receiver.size;
  }
  // The last ones may still be on their way through the switch.
  std::uint32_t inside = receiver.size;
  while (inside > 0 && waiting(core, inside - 1).pushed >= now) --inside;
  if (inside >= timing_.receive_buffer) {
    calendar_.put(ejections_ + output, waiting(core, 0).popped + 1);
    return;
  }
  const std::uint32_t input = granted_[output];
  receive(core, at_input_[input].message, now + 1);
  release(upstream_[input], now + kCreditAfterLeaving);
  release(output, now + kEjectedLinkFree);
  last_retired_ = now + kRetired;
}

void MeshTimer::receive(std::uint32_t core, std::uint32_t message, std::int64_t cycle) {
  Receiver& receiver = receivers_[core];
  const std::int64_t duration = std::max<std::int64_t>(1, cycles(work_->messages[message].processing));
  std::int64_t begin = cycle;
  if (cycle <= receiver.busy_through) {
    waiting(core, receiver.size++) = {cycle, receiver.busy_through};
    begin = receiver.busy_through + 1;
  }
  receiver.busy_through = begin + duration - 1;
  if (!times_) return;
  MessageTimes& times = (*times_)[message];
  times.received = cycle * timing_.clock;
  times.started = begin * timing_.clock;
  times.finished = (begin + duration) * timing_.clock;
}

void MeshTimer::release(std::uint32_t slot, std::int64_t at) {
  free_at_[slot] = at;
  if (slot < links_) {
    if (asking_[slot] == 0 || wake_set_[slot]) return;
    calendar_.put(wakes_ + slot, at);
    wake_set_[slot] = 1;
    return;
  }
  const std::uint32_t core = (slot - links_) % cores_;
  // A core waits for the slot of its next message and for no other.
  const std::uint32_t subnet = (slot - links_) / cores_;
  if (!blocked_[core] || (next_message_[core] - work_->first[core]) % timing_.subnets != subnet) return;
  blocked_[core] = 0;
  calendar_.put(core, at);
}

MeshTime MeshTimer::time(const StepWork& work, std::vector<MessageTimes>* times) {
  times_ = times;
  if (times) times->assign(work.messages.size(), {});
  start(work);
  while (!calendar_.empty()) {
    calendar_.advance([&](std::uint32_t entity) {
      if (entity >= ejections_) {
        ejecting_.push_back(entity - ejections_);
      } else if (entity >= wakes_) {
        wake_set_[entity - wakes_] = 0;
        touched_.push_back(entity - wakes_);
      } else if (entity >= arrivals_) {
        arrive(entity - arrivals_);
      } else {
        core_ready(entity);
      }
    });
    // Of several subnets that reach one receiver at once, the first comes first.
    if (ejecting_.size() > 1) std::sort(ejecting_.begin(), ejecting_.end());
    for (const std::uint32_t output : ejecting_) eject(output);
    ejecting_.clear();
    for (const std::uint32_t output : touched_) arbitrate(output);
    touched_.clear();
  }
  return finish();
}

MeshTime MeshTimer::finish() const {
  MeshTime result;
  std::int64_t longest_tail = 0, cores_end = 0, receivers_end = 0, latest = -1;
  for (std::uint32_t core = 0; core < work_->cores(); ++core) {
    const std::int64_t tail = cycles(work_->tail[core]);
    const std::int64_t cores_own = tail_from_[core] + tail + 1;
    longest_tail = std::max(longest_tail, tail - (last_injection_ - tail_from_[core]));
    cores_end = std::max(cores_end, cores_own);
    receivers_end = std::max(receivers_end, receivers_[core].busy_through + 1);
    const std::int64_t own = std::max(cores_own, receivers_[core].busy_through + 1);
    if (own > latest) {
      latest = own;
      result.last_core = core;
    }
  }
  const std::int64_t drained =
      last_retired_ < 0 ? 1 : std::max(last_injection_ + 1, last_retired_ + kCreditOfEjection + 1);
  const std::int64_t end = timing_.end_of_step == EndOfStep::kSerial ? longest_tail + std::max(drained, receivers_end)
                                                                     : std::max({drained, receivers_end, cores_end});
  result.duration = end * timing_.clock;

  for (std::uint32_t tile = 0; tile < mesh_.tile_count(); ++tile) {
    for (std::uint32_t d = 0; d < kDirections; ++d) {
      std::uint64_t messages = 0;
      for (std::uint32_t subnet = 0; subnet < timing_.subnets; ++subnet) {
        messages += carried_[(subnet * mesh_.tile_count() + tile) * ports_ + mesh_.cores_per_tile + d];
      }
      if (messages <= result.busiest_messages) continue;
      result.busiest_messages = messages;
      result.busiest_tile = tile;
      result.busiest_direction = static_cast<Direction>(d);
    }
  }
  return result;
}

}  // namespace volley::hardware
