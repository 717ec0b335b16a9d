#include "hardware/step_work_builder.h"

#include <algorithm>
#include <cmath>

namespace volley::hardware {

ServiceTimes service_times(const CoefficientTable& table) {
  ServiceTimes times;
  const auto read = [&](std::string_view event) -> std::optional<Duration> {
    const Coefficient* c = table.find(event, Measure::kTimeNs);
    if (c == nullptr || !c->value) return std::nullopt;
    return Duration{std::llround(*c->value * 1000)};
  };
  const auto need = [&](std::string_view event) {
    const std::optional<Duration> time = read(event);
    if (!time) times.unset.emplace_back(event);
    return time.value_or(Duration{0});
  };
  if (const auto access = read("neuron_access")) {  // access, update and spike are stages of their own
    times.quiet_update = *access + need("neuron_update");
    times.firing_update = times.quiet_update + need("neuron_spike");
  } else {
    times.quiet_update = need("neuron_update_inactive");
    times.firing_update = need("neuron_update_active");
  }
  times.axon_out = need("axon_out");
  times.axon_in = need("axon_in");
  if (const auto sparse = read("synaptic_operation_sparse")) {  // one figure for each format: ours is the sparse one
    times.synapse = *sparse;
  } else {
    times.synapse = need("synaptic_operation");
  }
  times.hop_east_west = need("hop_east_west");
  times.hop_north_south = need("hop_north_south");
  return times;
}

StepWorkBuilder::StepWorkBuilder(const AxonTable& table, const Placement& placement, std::uint32_t cores,
                                 const ServiceTimes& times)
    : table_(table), times_(times), neurons_(cores), begin_(cores + 1) {
  for (const std::vector<std::uint16_t>& population : placement.core_of) {
    for (const std::uint16_t core : population) seat_.push_back({core, neurons_[core]++});
  }
  seat_.resize(table.first_sender.back(), {kOutside, 0});
}

void StepWorkBuilder::build(std::span<const std::uint32_t> senders, StepWork& out) {
  out.clear();
  std::fill(begin_.begin(), begin_.end(), 0);
  for (const std::uint32_t sender : senders) {
    const Seat seat = seat_[sender];
    if (seat.core != kOutside) {
      ++begin_[seat.core + 1];
      continue;
    }
    if (out.waiting.empty()) out.waiting.resize(neurons_.size());
    for (const Axon& axon : table_.of(sender)) out.waiting[axon.core] += handling(axon);
  }
  for (std::size_t core = 0; core < neurons_.size(); ++core) begin_[core + 1] += begin_[core];
  firing_.resize(begin_.back());
  // Keeps the ascending order within a core; begin_[core] ends up at its end and is where the next one begins.
  for (const std::uint32_t sender : senders) {
    if (seat_[sender].core != kOutside) firing_[begin_[seat_[sender].core]++] = sender;
  }
  for (std::uint32_t core = 0; core < neurons_.size(); ++core) {
    const std::uint32_t first = core == 0 ? 0 : begin_[core - 1];
    fill_core(core, std::span(firing_).subspan(first, begin_[core] - first), out);
  }
}

void StepWorkBuilder::fill_core(std::uint32_t core, std::span<const std::uint32_t> firing, StepWork& out) const {
  Duration since{0};          // work since the last message
  std::uint32_t updated = 0;  // neurons
  for (const std::uint32_t sender : firing) {
    const std::uint32_t position = seat_[sender].position;
    if (position >= updated) {  // its first spike in this step
      since += (position - updated) * times_.quiet_update + times_.firing_update;
      updated = position + 1;
    }
    for (const Axon& axon : table_.of(sender)) {
      out.messages.push_back({axon.core, since + times_.axon_out, handling(axon)});
      since = Duration{0};
    }
  }
  out.end_core(since + (neurons_[core] - updated) * times_.quiet_update);
}

}  // namespace volley::hardware
