#include "tests/support/clocked_mesh.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

namespace volley::test {
namespace {

using hardware::EndOfStep;
using hardware::Mesh;
using hardware::NetworkTiming;
using hardware::StepWork;

struct Flit {
  std::uint32_t destination;
  std::int64_t processing;
};

// A link holds a message until its credit is back. `credit_at`: when it is; empty while the message is on its way.
struct Link {
  bool taken = false;
  std::optional<std::int64_t> credit_at;
};

struct Input {
  std::optional<Flit> flit;
  std::int64_t arrives = 0;
  int granted = -1;  // output
  std::int64_t granted_at = 0;
};

class Clocked {
 public:
  Clocked(const Mesh& mesh, const NetworkTiming& timing, const StepWork& work)
      : mesh_(mesh), timing_(timing), work_(work), ports_(static_cast<int>(mesh.cores_per_tile) + 4) {
    const std::size_t n = timing.subnets * mesh.tile_count() * static_cast<std::size_t>(ports_);
    inputs_.resize(n);
    outputs_.resize(n);
    turn_.resize(n);
    entry_.resize(timing.subnets * mesh.core_count());
    sent_.resize(mesh.core_count());
    wait_.assign(mesh.core_count(), 0);
    fetched_.assign(mesh.core_count(), false);
    busy_.assign(mesh.core_count(), 0);
    buffer_.resize(mesh.core_count());
  }

  std::int64_t run() {
    bool draining = false;
    for (cycle_ = 0;; ++cycle_) {
      if (cycle_ > 0 && !messages_left()) draining = true;
      if (draining && in_flight_ == 0 && credits_ == 0) {
        const bool tails = any_tail(), receiving = any_receiving();
        if (!tails && !receiving) return cycle_;
        if (tails && timing_.end_of_step == EndOfStep::kSerial) {
          for (std::int64_t& w : wait_) w = std::max<std::int64_t>(0, w - 1);
          continue;  // receivers stand still
        }
      }
      step(draining);
    }
  }

 private:
  std::int64_t cycles(Duration d) const {
    return (2 * d.count() + timing_.clock.count() - 1) / (2 * timing_.clock.count());
  }
  bool messages_left() const {
    for (std::size_t c = 0; c < work_.cores(); ++c) {
      if (sent_[c] < work_.of(c).size()) return true;
    }
    return false;
  }
  bool any_tail() const {
    return std::any_of(wait_.begin(), wait_.end(), [](auto w) { return w > 0; });
  }
  bool any_receiving() const {
    return std::any_of(busy_.begin(), busy_.end(), [](auto b) { return b > 0; });
  }

  std::size_t at(std::uint32_t subnet, std::uint32_t tile, int port) const {
    return (subnet * mesh_.tile_count() + tile) * static_cast<std::size_t>(ports_) + static_cast<std::size_t>(port);
  }

  void step(bool draining) {
    for (auto* links : {&outputs_, &entry_}) {
      for (Link& link : *links) {
        if (!link.credit_at || *link.credit_at > cycle_) continue;
        link = {};
        --credits_;
      }
    }
    for (auto& [when, link] : retiring_) {
      if (when != cycle_) continue;
      --in_flight_;
      ++credits_;
      link->credit_at = cycle_ + 2;
    }
    std::erase_if(retiring_, [&](const auto& r) { return r.first <= cycle_; });
    if (!draining || timing_.end_of_step == EndOfStep::kOverlapped) send();
    leave_inputs();
    cross();
    allocate();
    for (std::size_t c = 0; c < busy_.size(); ++c) {
      if (busy_[c] > 0) --busy_[c];
      if (busy_[c] == 0 && !buffer_[c].empty()) {
        busy_[c] = buffer_[c].front();
        buffer_[c].pop_front();
      }
    }
  }

  void send() {
    for (std::uint32_t c = 0; c < work_.cores(); ++c) {
      if (wait_[c] > 0) --wait_[c];
      if (wait_[c] > 0) continue;
      const auto messages = work_.of(c);
      if (fetched_[c] && sent_[c] < messages.size()) {
        const auto subnet = static_cast<std::uint32_t>(sent_[c] % timing_.subnets);
        Link& link = entry_[subnet * mesh_.core_count() + c];
        if (link.taken) continue;
        link.taken = true;
        const auto port = static_cast<int>(c % mesh_.cores_per_tile);
        Input& input = inputs_[at(subnet, c / mesh_.cores_per_tile, port)];
        input = {.flit = Flit{messages[sent_[c]].destination,
                              std::max<std::int64_t>(1, cycles(messages[sent_[c]].processing))},
                 .arrives = cycle_ + 2};
        ++in_flight_;
        ++sent_[c];
        fetched_[c] = false;
      }
      if (fetched_[c]) continue;
      fetched_[c] = true;
      wait_[c] = cycles(sent_[c] < messages.size() ? messages[sent_[c]].generation : work_.tail[c]);
    }
  }

  // The credit goes to the link through which the message came.
  void give_credit(std::uint32_t subnet, std::uint32_t tile, int port) {
    const int cores = static_cast<int>(mesh_.cores_per_tile);
    Link* link = nullptr;
    if (port < cores) {
      link = &entry_[subnet * mesh_.core_count() + tile * mesh_.cores_per_tile + static_cast<std::uint32_t>(port)];
    } else {
      const std::uint32_t h = mesh_.height;
      const std::uint32_t from[] = {tile + h, tile - h, tile + 1, tile - 1};
      const int back[] = {1, 0, 3, 2};
      link = &outputs_[at(subnet, from[port - cores], cores + back[port - cores])];
    }
    link->credit_at = cycle_ + 2;
    ++credits_;
  }

  void leave_inputs() {
    const int cores = static_cast<int>(mesh_.cores_per_tile);
    for (std::uint32_t subnet = 0; subnet < timing_.subnets; ++subnet) {
      for (std::uint32_t tile = 0; tile < mesh_.tile_count(); ++tile) {
        for (int p = 0; p < ports_; ++p) {
          Input& input = inputs_[at(subnet, tile, p)];
          if (!input.flit || input.granted < 0 || input.granted_at >= cycle_) continue;
          const int o = input.granted;
          if (o < cores &&
              buffer_[tile * mesh_.cores_per_tile + static_cast<std::uint32_t>(o)].size() >= timing_.receive_buffer) {
            continue;
          }
          crossing_.push_back({cycle_ + 1, subnet, tile, o, *input.flit});
          input = {};
          give_credit(subnet, tile, p);
        }
      }
    }
  }

  void cross() {
    const int cores = static_cast<int>(mesh_.cores_per_tile);
    std::vector<Crossing> later;
    for (const Crossing& c : crossing_) {
      if (c.when > cycle_) {
        later.push_back(c);
        continue;
      }
      if (c.output < cores) {
        const std::uint32_t core = c.tile * mesh_.cores_per_tile + static_cast<std::uint32_t>(c.output);
        if (busy_[core] > 0) {
          buffer_[core].push_back(c.flit.processing);
        } else {
          busy_[core] = c.flit.processing;
        }
        retiring_.push_back({cycle_ + 2, &outputs_[at(c.subnet, c.tile, c.output)]});
        continue;
      }
      const std::uint32_t h = mesh_.height;
      const std::uint32_t to[] = {c.tile + h, c.tile - h, c.tile + 1, c.tile - 1};
      const int port[] = {1, 0, 3, 2};
      inputs_[at(c.subnet, to[c.output - cores], cores + port[c.output - cores])] = {.flit = c.flit,
                                                                                     .arrives = cycle_ + 2};
    }
    crossing_ = std::move(later);
  }

  void allocate() {
    for (std::uint32_t subnet = 0; subnet < timing_.subnets; ++subnet) {
      for (std::uint32_t tile = 0; tile < mesh_.tile_count(); ++tile) {
        for (int o = 0; o < ports_; ++o) {
          Link& link = outputs_[at(subnet, tile, o)];
          if (link.taken) continue;
          int& turn = turn_[at(subnet, tile, o)];
          for (int k = 0; k < ports_; ++k) {
            const int p = (turn + k) % ports_;
            Input& input = inputs_[at(subnet, tile, p)];
            if (!input.flit || input.arrives > cycle_ || input.granted >= 0) continue;
            if (output_of(tile, input.flit->destination) != o) continue;
            input.granted = o;
            input.granted_at = cycle_;
            link.taken = true;
            turn = (p + 1) % ports_;
            break;
          }
        }
      }
    }
  }

  int output_of(std::uint32_t tile, std::uint32_t core) const {
    const std::uint32_t to = core / mesh_.cores_per_tile, h = mesh_.height;
    const int cores = static_cast<int>(mesh_.cores_per_tile);
    if (to == tile) return static_cast<int>(core % mesh_.cores_per_tile);
    if (to / h != tile / h) return cores + (to / h > tile / h ? 0 : 1);
    return cores + (to > tile ? 2 : 3);
  }

  struct Crossing {
    std::int64_t when;
    std::uint32_t subnet, tile;
    int output;
    Flit flit;
  };

  Mesh mesh_;
  NetworkTiming timing_;
  const StepWork& work_;
  int ports_;
  std::int64_t cycle_ = 0;
  int in_flight_ = 0, credits_ = 0;
  std::vector<Input> inputs_;
  std::vector<Link> outputs_, entry_;
  std::vector<int> turn_;
  std::vector<Crossing> crossing_;
  std::vector<std::pair<std::int64_t, Link*>> retiring_;
  std::vector<std::size_t> sent_;
  std::vector<std::int64_t> wait_;
  std::vector<bool> fetched_;
  std::vector<std::int64_t> busy_;
  std::vector<std::deque<std::int64_t>> buffer_;
};

}  // namespace

std::int64_t clocked_mesh_cycles(const Mesh& mesh, const NetworkTiming& timing, const StepWork& work) {
  return Clocked(mesh, timing, work).run();
}

}  // namespace volley::test
