#include "models/lif_tick_events.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "engine/agenda.h"
#include "engine/elementary.h"
#include "models/clocked_drives.h"
#include "models/lif_tick.h"

namespace volley {
namespace {

// leak^d by repeated multiplication; beyond the table it is 0 where the leak is strong enough, else computed.
class Powers {
 public:
  explicit Powers(double leak) : leak_(leak) {
    for (double p = 1; table_.size() < kLength; p *= leak) table_.push_back(p);
  }
  double operator()(std::int64_t d) const {
    if (d < static_cast<std::int64_t>(kLength)) return table_[static_cast<std::size_t>(d)];
    if (leak_ == 1) return 1;
    return leak_ == 0 ? 0 : exp_portable(static_cast<double>(d) * log_portable(leak_));
  }

 private:
  static constexpr std::size_t kLength = 1024;
  double leak_;
  std::vector<double> table_;
};

class EventSlice final : public Slice {
 public:
  EventSlice(const SliceRequest& request, Duration dt, const LifTick::Constants& constants)
      : population_(request.population),
        first_(request.first),
        dt_(dt),
        constants_(constants),
        powers_(constants.leak),
        ticks_per_log_(constants.leak > 0 && constants.leak < 1 ? 1 / log_portable(constants.leak) : 0),
        neurons_(request.count),
        input_(request.count) {
    for (std::uint32_t n = 0; n < request.count; ++n) {
      neurons_[n].v = request.parameters.at("v_init", n);
      schedule(n);
    }
  }

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    for (;;) {
      const std::int64_t arrival = due.empty() ? kNoTick : tick_at_or_after(due.front().at, dt_);
      const std::int64_t k = std::min({agenda_tick(), arrival, carried_tick_});
      if (k == kNoTick || time_of(k) >= window.end) break;
      std::size_t n = 0;
      while (n < due.size() && due[n].at <= time_of(k)) ++n;
      tick(k, due.first(n), groups, fired);
      due = due.subspan(n);
    }
    if (due.empty()) return;  // else all of one step, whose tick lies beyond the window
    carried_tick_ = tick_at_or_after(due.front().at, dt_);
    // Now, with the weights that they have now: those of synapses that learn go on changing.
    for (const Arrival& arrival : due) deliver(arrival, groups, carried_tick_);
  }

  Time next_event() const override {
    const std::int64_t k = std::min(agenda_tick(), carried_tick_);
    return k == kNoTick ? kNever : time_of(k);
  }

  void sample(std::uint32_t variable, Time at, std::span<const std::uint32_t> neurons,
              std::span<double> out) const override {
    const std::int64_t k = at.time_since_epoch() / dt_;
    for (std::size_t i = 0; i < neurons.size(); ++i) {
      const Neuron& n = neurons_[neurons[i]];
      out[i] = variable == 0 ? potential(n, k) : n.held;
    }
  }

  SliceCounters counters() const override { return counters_; }

 private:
  struct Neuron {
    double v = 0;
    double held = 0;
    std::int64_t at = 0;              // the tick that v belongs to
    std::int64_t crossing = kNoTick;  // the next tick above the threshold without further input
    std::int64_t queued = kNoTick;    // earliest entry of the agenda; never later than `crossing`
    std::int64_t touched = -1;        // the last tick with input
  };
  // What the ports bring in one tick.
  struct Input {
    double of[4] = {0, 0, 0, 0};
  };

  Time time_of(std::int64_t k) const { return kStart + k * dt_; }
  std::int64_t agenda_tick() const { return agenda_.empty() ? kNoTick : agenda_.next_time().time_since_epoch() / dt_; }
  bool above(double v) const { return v > constants_.threshold; }

  // v at tick k. REQUIRES: k >= n.at, and nothing happens to n in between.
  double potential(const Neuron& n, std::int64_t k) const {
    if (k == n.at) return n.v;
    const bool fired = above(n.v);
    const double v = fired ? 0.0 : n.v;
    const std::int64_t d = k - n.at - (fired ? 1 : 0);
    return d == 0 ? v : after(v, n.held, d);
  }
  double after(double v, double held, std::int64_t d) const {
    if (d == 1) return constants_.leak * v + held;
    if (constants_.leak == 1) return v + held * static_cast<double>(d);
    const double end = held / (1 - constants_.leak);
    return end + (v - end) * powers_(d);
  }

  // Ticks from v until it is above the threshold; kNoTick if never. REQUIRES: v is not above it.
  std::int64_t ticks_to_crossing(double v, double held) const {
    constexpr double kFar = 1e15;  // ticks; no run is that long
    const double threshold = constants_.threshold;
    double guess = 1;
    if (constants_.leak == 1) {
      if (held <= 0) return kNoTick;
      guess = (threshold - v) / held;
    } else {
      const double end = held / (1 - constants_.leak);
      if (end <= threshold) return kNoTick;
      guess = log_portable((end - threshold) / (end - v)) * ticks_per_log_;
    }
    if (guess > kFar) return kNoTick;
    std::int64_t d = std::max<std::int64_t>(1, static_cast<std::int64_t>(guess));
    while (!above(after(v, held, d))) ++d;
    while (d > 1 && above(after(v, held, d - 1))) --d;
    return d;
  }

  // A tick after a crossing v is 0, and how long it takes from there is known already: nothing has to happen then.
  void schedule(std::uint32_t index) {
    Neuron& n = neurons_[index];
    const bool fired = above(n.v);
    const std::int64_t wait = ticks_to_crossing(fired ? 0.0 : n.v, n.held);
    n.crossing = wait == kNoTick ? kNoTick : n.at + wait + (fired ? 1 : 0);
    if (n.crossing < n.queued) enqueue(index);
  }
  void enqueue(std::uint32_t index) {
    Neuron& n = neurons_[index];
    n.queued = n.crossing;
    agenda_.push({time_of(n.crossing), index, 0});
  }

  void deliver(const Arrival& arrival, std::span<const SynapseGroup> groups, std::int64_t k) {
    const Row row = groups[arrival.group].row(arrival.begin, arrival.end);
    for (std::size_t s = 0; s < row.target.size(); ++s) {
      const std::uint16_t target = row.target[s];
      input_[target].of[row.port] += row.weight.empty() ? row.uniform_weight : static_cast<double>(row.weight[s]);
      if (neurons_[target].touched == k) continue;
      neurons_[target].touched = k;
      touched_.push_back(target);
    }
    counters_.synaptic_events += row.target.size();
  }

  void tick(std::int64_t k, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
            std::vector<Spike>& fired) {
    fired_.clear();
    carried_tick_ = kNoTick;
    for (const Arrival& arrival : due) deliver(arrival, groups, k);
    for (const std::uint32_t index : touched_) receive(index, k);
    touched_.clear();
    take_agenda(k);
    std::sort(fired_.begin(), fired_.end());
    for (const std::uint32_t index : fired_) fired.push_back({time_of(k), population_, first_ + index});
    counters_.spikes += fired_.size();
  }

  // The step of models/lif_tick.h, from the state that the closed form gives for the tick before.
  void receive(std::uint32_t index, std::int64_t k) {
    Neuron& n = neurons_[index];
    Input& input = input_[index];
    const bool fresh = input.of[LifTick::kReset] != 0;
    const double before = fresh ? 0.0 : potential(n, k - 1);
    const double in = fresh ? 0.0 : input.of[LifTick::kIn];
    n.held = (fresh || input.of[LifTick::kClear] != 0 ? 0.0 : n.held) + input.of[LifTick::kDrive];
    n.v = above(before) ? 0.0 : constants_.leak * before + n.held + in;
    n.at = k;
    input = {};
    settle(index);
  }

  // What follows from a neuron's state at its own tick.
  void settle(std::uint32_t index) {
    ++counters_.neuron_updates;
    if (above(neurons_[index].v)) fired_.push_back(index);
    schedule(index);
  }

  void take_agenda(std::int64_t k) {
    const Time now = time_of(k);
    while (agenda_.next_time() <= now) {
      const std::uint32_t index = agenda_.top().neuron;
      agenda_.pop();
      Neuron& n = neurons_[index];
      if (n.queued != k) continue;  // an older entry: a nearer one was queued and taken
      n.queued = kNoTick;
      if (n.crossing == k && n.at < k) {
        n.v = potential(n, k);
        n.at = k;
        settle(index);
      } else if (n.crossing != kNoTick) {
        enqueue(index);
      }
    }
  }

  PopulationId population_;
  std::uint32_t first_;
  Duration dt_;
  LifTick::Constants constants_;
  Powers powers_;
  double ticks_per_log_;
  std::vector<Neuron> neurons_;
  std::vector<Input> input_;
  Agenda agenda_;
  std::int64_t carried_tick_ = kNoTick;  // of what arrived in the last window and was not due in it
  std::vector<std::uint32_t> touched_;   // by what arrived for the coming tick
  std::vector<std::uint32_t> fired_;
  SliceCounters counters_;
};

class EventType final : public ModelType {
 public:
  EventType() : info_(LifTick::info()) {
    info_.name = "lif_tick_events";
    info_.kind = ModelKind::kEventDriven;
    info_.summary = "lif_tick, moved in closed form and only at ticks at which something happens";
  }
  const ModelInfo& info() const override { return info_; }
  absl::StatusOr<std::unique_ptr<Slice>> make_slice(const SliceRequest& request) const override {
    for (const char* name : {"dt", "leak", "threshold"}) {
      if (request.parameters.is_uniform(name)) continue;
      return absl::InvalidArgumentError(
          absl::StrFormat("population %s: `%s` differs between neurons, but model %s takes one for all; set one number",
                          request.spec->name, name, info_.name));
    }
    if (!request.drives.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "population %s: model %s takes no drives; use a source, or model lif_tick", request.spec->name, info_.name));
    }
    return std::make_unique<EventSlice>(request, duration_from_ms(request.parameters.uniform("dt")),
                                        LifTick::constants(LifTick::params(request.parameters, 0), 0));
  }

 private:
  ModelInfo info_;
};

}  // namespace

std::unique_ptr<ModelType> make_lif_tick_events() { return std::make_unique<EventType>(); }

}  // namespace volley
