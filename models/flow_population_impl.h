// Definitions of FlowPopulation's members. Include models/flow_population.h.
#pragma once

#include "models/flow_population.h"

namespace volley {

template <FlowModel M>
FlowPopulation<M>::FlowPopulation(const SliceRequest& request)
    : population_(request.population), first_(request.first), currents_(request), poisson_(request) {
  const std::uint32_t sets = request.parameters.all_uniform_except({}) ? std::min(request.count, 1u) : request.count;
  for (std::uint32_t n = 0; n < sets; ++n) params_.push_back(M::params(request.parameters, n));
  neurons_.reserve(request.count);
  for (std::uint32_t n = 0; n < request.count; ++n) {
    neurons_.push_back({M::initial(params(n))});
    // A neuron that fires without input needs its first prediction; one that starts above threshold fires at once.
    if (M::fires(params(n), neurons_[n].state)) {
      neurons_[n].predicted = neurons_[n].queued = kStart;
      agenda_.push({kStart, n, kCrossing});
    } else {
      predict(n, kStart - Duration{1}, true);
    }
  }
}

template <FlowModel M>
void FlowPopulation<M>::advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
                                std::vector<Spike>& fired) {
  std::size_t next = 0;
  while (true) {
    Time now = next_event();
    if (next < due.size()) now = std::min(now, due[next].at);
    if (now >= window.end) return;
    std::size_t end = next;
    while (end < due.size() && due[end].at == now) ++end;
    instant(now, due.subspan(next, end - next), groups, fired);
    next = end;
  }
}

template <FlowModel M>
void FlowPopulation<M>::instant(Time now, std::span<const Arrival> arrivals, std::span<const SynapseGroup> groups,
                                std::vector<Spike>& fired) {
  touched_.clear();
  late_.clear();
  crossing_.clear();
  const auto already_fired = static_cast<std::ptrdiff_t>(fired.size());
  take_agenda(now);
  take_input(now, arrivals, groups);
  for (const std::uint32_t n : late_) release(n, now);
  for (const std::uint32_t n : crossing_) {
    Neuron& neuron = neurons_[n];
    if (neuron.touched) continue;
    bring(n, neuron.predicted, neuron.predicted_residual_ps);
    neuron.postponed ? touch(n, true) : fire(n, now, fired);
  }
  for (const std::uint32_t n : touched_) {
    Neuron& neuron = neurons_[n];
    neuron.touched = false;
    if (neuron.held) continue;
    if (M::fires(params(n), neuron.state)) {
      fire(n, now, fired);
    } else if (neuron.search || neuron.predicted == now) {
      if (predict(n, now, true)) fire(n, now, fired);
    } else {
      neuron.postponed = true;
    }
  }
  counters_.spikes += fired.size() - static_cast<std::size_t>(already_fired);
  std::sort(fired.begin() + already_fired, fired.end());
}

// Ends refractory periods that are over, and notes crossings that may be due.
template <FlowModel M>
void FlowPopulation<M>::take_agenda(Time now) {
  while (agenda_.next_time() == now) {
    const AgendaEntry entry = agenda_.top();
    agenda_.pop();
    Neuron& neuron = neurons_[entry.neuron];
    if (entry.kind == kRefractoryEnd) {
      if (neuron.release_residual_ps <= 0) {
        release(entry.neuron, now);
      } else {
        late_.push_back(entry.neuron);
      }
    } else if (neuron.queued == now) {
      neuron.queued = kNever;
      if (neuron.predicted == now) {
        crossing_.push_back(entry.neuron);
      } else if (neuron.predicted != kNever) {
        neuron.queued = neuron.predicted;
        agenda_.push({neuron.queued, entry.neuron, kCrossing});
      }
    }
  }
}

template <FlowModel M>
void FlowPopulation<M>::take_input(Time now, std::span<const Arrival> arrivals, std::span<const SynapseGroup> groups) {
  for (const Arrival& arrival : arrivals) {
    const Row row = groups[arrival.group].row(arrival.begin, arrival.end);
    counters_.synaptic_events += row.target.size();
    for (std::size_t i = 0; i < row.target.size(); ++i) {
      receive(row.target[i], now, row.port, row.weight.empty() ? row.uniform_weight : row.weight[i]);
    }
  }
  if (currents_.next_time() <= now) {
    currents_.apply(now, [&](std::uint32_t n) {
      const double current = params(n).i_e + currents_.total(n);
      if (current == neurons_[n].state.current) return;
      bring(n, now, 0.0);
      neurons_[n].state.current = current;
      touch(n, true);
    });
  }
  while (poisson_.next_time() <= now) {
    const PoissonInputs::Event event = poisson_.pop();
    ++counters_.external_events;
    receive(event.neuron, now, event.port, event.weight);
  }
}

template <FlowModel M>
void FlowPopulation<M>::receive(std::uint32_t n, Time now, Port port, double weight) {
  Neuron& neuron = neurons_[n];
  if (neuron.held && params(n).hard) return;
  bring(n, now, 0.0);
  M::receive(params(n), neuron.state, port, weight, neuron.held);
  touch(n, weight > 0);
}

template <FlowModel M>
void FlowPopulation<M>::move(const Params& params, Neuron& neuron, Time at, double residual_ps) {
  const double ps = static_cast<double>((at - neuron.last).count()) + (residual_ps - neuron.residual_ps);
  if (!(ps > 0)) return;
  neuron.held ? M::flow_held(params, neuron.state, ps * 1e-9) : M::flow(params, neuron.state, ps * 1e-9);
  neuron.last = at;
  neuron.residual_ps = residual_ps;
}

template <FlowModel M>
void FlowPopulation<M>::bring(std::uint32_t n, Time at, double residual_ps) {
  move(params(n), neurons_[n], at, residual_ps);
}

template <FlowModel M>
void FlowPopulation<M>::touch(std::uint32_t n, bool search) {
  Neuron& neuron = neurons_[n];
  if (!neuron.touched) {
    neuron.touched = true;
    neuron.search = false;
    touched_.push_back(n);
  }
  neuron.search = neuron.search || search;
}

template <FlowModel M>
void FlowPopulation<M>::release(std::uint32_t n, Time now) {
  Neuron& neuron = neurons_[n];
  bring(n, now, neuron.release_residual_ps);
  neuron.held = false;
  touch(n, true);
}

// Fires at neuron.last + residual_ps, which rounds to `now`.
template <FlowModel M>
void FlowPopulation<M>::fire(std::uint32_t n, Time now, std::vector<Spike>& fired) {
  Neuron& neuron = neurons_[n];
  fired.push_back({now, population_, first_ + n});
  M::reset(params(n), neuron.state);
  neuron.predicted = kNever;
  // A length of time that is given, so a whole number of picoseconds; what is kept is the crossing's residual.
  const double ps = neuron.residual_ps + static_cast<double>(duration_from_ms(params(n).t_ref_ms).count());
  if (params(n).t_ref_ms > 0) {
    const std::int64_t whole = std::max<std::int64_t>(std::llround(ps), 1);
    neuron.held = true;
    neuron.release_residual_ps = ps - static_cast<double>(whole);
    agenda_.push({now + Duration{whole}, n, kRefractoryEnd});
  } else {
    predict(n, now, false);
  }
}

// Searches the next crossing and puts it on the agenda. Returns true if it falls into this very instant, at which the
// neuron then stands; only if `may_be_now`, else it is put off to the next picosecond.
template <FlowModel M>
bool FlowPopulation<M>::predict(std::uint32_t n, Time now, bool may_be_now) {
  Neuron& neuron = neurons_[n];
  neuron.postponed = false;
  neuron.predicted = kNever;
  const double ps = neuron.residual_ps + M::next_crossing(params(n), neuron.state) * 1e9;
  if (!(ps < static_cast<double>((kNever - neuron.last).count()) * 0.999)) return false;
  const std::int64_t whole = std::llround(ps);
  Time at = neuron.last + Duration{whole};
  double residual_ps = ps - static_cast<double>(whole);
  if (at <= now) {
    if (may_be_now) {
      bring(n, at, residual_ps);
      return true;
    }
    at = now + Duration{1};
    residual_ps = -0.5;
  }
  neuron.predicted = at;
  neuron.predicted_residual_ps = residual_ps;
  if (at < neuron.queued) {
    neuron.queued = at;
    agenda_.push({at, n, kCrossing});
  }
  return false;
}

template <FlowModel M>
void FlowPopulation<M>::sample(std::uint32_t variable, Time at, std::span<const std::uint32_t> neurons,
                               std::span<double> out) const {
  for (std::size_t i = 0; i < neurons.size(); ++i) {
    Neuron copy = neurons_[neurons[i]];
    move(params(neurons[i]), copy, at, 0.0);
    out[i] = M::variable(copy.state, variable);
  }
}

}  // namespace volley
