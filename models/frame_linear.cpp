#include "models/frame_linear.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/agenda.h"
#include "models/current_lif.h"
#include "models/decay_frame.h"
#include "models/linear_drives.h"
#include "models/mode_threshold.h"
#include "models/modes.h"
#include "models/release_queue.h"

namespace volley {
namespace {

// What the agenda holds.
constexpr std::uint16_t kRelease = 0;   // end of refractoriness
constexpr std::uint16_t kCrossing = 1;  // predicted, if predicted_[neuron] still says so

// mV below the threshold of a neuron whose crossing may be due within half a picosecond.
constexpr double kDue = 1e-6;

// How far blocks of external input may be drained one after the other, in the shortest time constant: well within
// what a frame reaches.
constexpr double kReach = 128;

// A port that something ends on, as a mode.
struct SynapticMode {
  Port port;
  double kappa;  // mV per pA
  DecayFrame frame;
};

template <int Width, bool Hard>
class FrameLinear final : public Slice {
 public:
  // `ports`: those that something ends on.
  FrameLinear(const SliceRequest& request, const CurrentLifParams& p, const std::vector<Port>& ports)
      : population_(request.population),
        first_(request.first),
        v_inf_(p.v_rest + p.resistance * p.i_e),
        reset_(p.v_reset - v_inf_),
        t_ref_(duration_from_ms(p.t_ref_ms)),
        membrane_(1.0 / p.rate_m),
        threshold_(p.v_threshold - v_inf_,
                   1e-9 * (std::fabs(v_inf_) + std::fabs(p.v_threshold) + std::fabs(p.v_reset) + 1), rates_of(p, ports),
                   static_cast<int>(ports.size()) + 1),
        a_(std::size_t{request.count} * Width),
        predicted_(request.count, kNever) {
    double shortest_ms = 1.0 / p.rate_m;
    for (const Port port : ports) {
      const double tau = 1.0 / p.rate_syn[port];
      mode_of_[port] = static_cast<int>(synaptic_.size()) + 1;
      synaptic_.push_back({port, p.resistance * tau / (tau - 1.0 / p.rate_m), DecayFrame(tau)});
      shortest_ms = std::min(shortest_ms, tau);
    }
    // A quarter of the fastest time constant keeps the bounds tight and the Taylor polynomial short; a microsecond
    // keeps the grid from being the work.
    check_interval_ = std::max(duration_from_ms(shortest_ms / 4), Duration{1'000'000});
    stride_ = std::max(duration_from_ms(shortest_ms * kReach), Duration{1});
    for (std::uint32_t i = 0; i < request.count; ++i) {
      const CurrentLifParams own = current_lif_params(request.parameters, i);
      a_[std::size_t{i} * Width] = own.v_init - v_inf_;
    }
    drives_ = Drives(request, membrane_.tau_ms(), [this](Port port) {
      const SynapticMode& mode = synaptic_[static_cast<std::size_t>(mode_of_[port] - 1)];
      return typename Drives::Target{mode_of_[port], mode.kappa, mode.frame.tau_ms()};
    });
  }

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    fired_ = &fired;
    const std::size_t already_fired = fired.size();
    Time cursor = window.begin;
    for (std::size_t next = 0;;) {
      const Time arrival = next < due.size() ? due[next].at : kNever;
      const Time instant = std::min({arrival, next_own(), window.end});
      const Time stop = std::min(instant, volley::later(std::max(cursor, drives_.bound()), stride_));
      drives_.drain(stop, *this);
      // An external event may have put a crossing on the agenda, or may have woken the grid.
      if (next_own() < stop) continue;
      cursor = stop;
      if (stop != instant) continue;
      if (instant == window.end) break;
      std::size_t end = next;
      while (end < due.size() && due[end].at == instant) ++end;
      process(instant, due.subspan(next, end - next), groups);
      next = end;
    }
    const auto begin = fired.begin() + static_cast<std::ptrdiff_t>(already_fired);
    if (!std::is_sorted(begin, fired.end())) std::sort(begin, fired.end());
  }

  Time next_event() const override { return std::min(next_own(), drives_.next_time()); }

  void sample(std::uint32_t variable, Time at, std::span<const std::uint32_t> neurons,
              std::span<double> out) const override {
    const Modes<Width> decay = decays(at);
    for (std::size_t n = 0; n < neurons.size(); ++n) {
      const double* mine = a_.data() + std::size_t{neurons[n]} * Width;
      if (variable == 0) {
        out[n] = v_inf_ + (mine[0] == kParkedMode ? reset_ : sum_of<Width>(load<Width>(mine) * decay));
        continue;
      }
      const int mode = mode_of_[variable - 1];
      out[n] = mode == 0 ? 0.0 : mine[mode] * decay[mode] / synaptic_[static_cast<std::size_t>(mode - 1)].kappa;
    }
  }

  SliceCounters counters() const override {
    SliceCounters counters;
    counters.external_events = drives_.events();
    return counters;
  }

 private:
  using Drives = LinearDrives<Width, Hard>;
  friend Drives;

  // What the drives ask for.
  double* coefficients() { return a_.data(); }
  const DecayFrame& membrane() const { return membrane_; }
  const DecayFrame& frame_of(int mode) const { return synaptic_[static_cast<std::size_t>(mode - 1)].frame; }
  const Modes<Width>& later() const { return later_; }
  double bar() const { return threshold_.bar(); }
  Time next_check() const { return next_check_; }
  Time next_own() const { return std::min({agenda_.next_time(), releases_.next_time(), next_check_}); }

  static Modes<Width> rates_of(const CurrentLifParams& p, const std::vector<Port>& ports) {
    Modes<Width> rates{};
    rates[0] = p.rate_m;
    for (std::size_t k = 0; k < ports.size(); ++k) rates[static_cast<int>(k + 1)] = p.rate_syn[ports[k]];
    return rates;
  }

  Modes<Width> factors(Time t, double residual_ps = 0) const {
    Modes<Width> f{};
    f[0] = membrane_.factor(t, residual_ps);
    for (std::size_t k = 0; k < synaptic_.size(); ++k) f[k + 1] = synaptic_[k].frame.factor(t, residual_ps);
    return f;
  }
  // 0 for modes that are not in use.
  Modes<Width> decays(Time t, double residual_ps = 0) const {
    Modes<Width> d{};
    d[0] = membrane_.decay(t, residual_ps);
    for (std::size_t k = 0; k < synaptic_.size(); ++k) d[k + 1] = synaptic_[k].frame.decay(t, residual_ps);
    return d;
  }

  void move_bases(Time t) {
    bool moved = move_base(membrane_, 0, t);
    for (std::size_t k = 0; k < synaptic_.size(); ++k) moved |= move_base(synaptic_[k].frame, k + 1, t);
    if (!moved) return;
    if (next_check_ != kNever) later_ = decays(next_check_);
    drives_.forget();
  }
  bool move_base(DecayFrame& frame, std::size_t mode, Time t) {
    if (!frame.needs_rebase(t)) return false;
    const double power = frame.rebase(t);
    for (std::size_t i = mode; i < a_.size(); i += Width) a_[i] = DecayFrame::rescaled(a_[i], power);
    return true;
  }

  // Everything of one instant: ends of refractoriness and due crossings, the check, then all input, then thresholds.
  void process(Time at, std::span<const Arrival> arrivals, std::span<const SynapseGroup> groups) {
    look_at(at);
    while (releases_.next_time() == at) release(releases_.pop());
    while (agenda_.next_time() == at) take_entry();
    if (at == next_check_) check_all();
    drives_.take(at, *this);
    for (const Arrival& arrival : arrivals) deliver(groups[arrival.group].row(arrival.begin, arrival.end), at);
    settle_risky(at);
  }

  void look_at(Time at) {
    move_bases(at);
    factor_ = factors(at);
    now_ = 1.0 / factor_;
    for (std::size_t k = synaptic_.size() + 1; k < Width; ++k) now_[k] = 0;
  }

  void settle_risky(Time at) {
    for (std::size_t k = 0; k < risky_count_; ++k) settle(risky_[k], at);
    risky_count_ = 0;
  }
  void settle_all(Time at) {
    if (risky_count_ == 0) return;
    look_at(at);
    settle_risky(at);
  }

  void take_entry() {
    const AgendaEntry entry = agenda_.top();
    agenda_.pop();
    if (entry.kind == kRelease) {
      release({entry.at, entry.residual_ps, entry.neuron});
    } else if (predicted_[entry.neuron] == entry.at) {
      add_risky(entry.neuron);
    }
  }

  // V leaves v_reset at the real end of the period, under the currents of that time. REQUIRES: look_at(end.at).
  void release(const Release& end) {
    double* const mine = a_.data() + std::size_t{end.neuron} * Width;
    mine[0] = 0;
    const Modes<Width> rest = threshold_.rates() * (end.residual_ps * 1e-9);
    const double currents = sum_of<Width>(load<Width>(mine) * now_ * exp_of_little<Width>(-rest));
    mine[0] = (reset_ - currents) * factor_[0] * exp_of_little<Width>(rest)[0];
    wake(end.at);
    add_risky(end.neuron);
  }

  void deliver(const Row& row, Time at) {
    if (row.weight.empty() ? row.uniform_weight > 0 : true) wake(at);
    if (risky_.size() < risky_count_ + row.target.size()) risky_.resize(risky_count_ + row.target.size());
    const int mode = mode_of_[row.port];
    RowStep<Width> step{{}, now_, later_, threshold_.bar()};
    const double kappa = synaptic_[static_cast<std::size_t>(mode - 1)].kappa;
    step.per_weight[mode] = kappa * factor_[mode];
    step.per_weight[0] = -kappa * factor_[0];
    std::uint32_t* const first = risky_.data() + risky_count_;
    const float* weight = row.weight.empty() ? nullptr : row.weight.data();
    std::uint32_t* const last = add_row<Width, Hard>(a_.data(), row.target, weight, row.uniform_weight, step, first);
    risky_count_ += static_cast<std::size_t>(last - first);
  }

  void add_risky(std::uint32_t i) {
    if (risky_.size() == risky_count_) risky_.resize(risky_count_ + 64);
    risky_[risky_count_++] = i;
  }

  // Starts the grid again at the next of its points.
  void wake(Time at) {
    if (next_check_ != kNever) return;
    next_check_ = Time{(at.time_since_epoch() / check_interval_ + 1) * check_interval_};
    later_ = decays(next_check_);
  }

  void check_all() {
    next_check_ += check_interval_;
    later_ = decays(next_check_);
    const double bar = threshold_.bar();
    const Modes<Width> never{};
    bool can_fire_one_day = threshold_.level() <= 0;
    const std::size_t count = predicted_.size();
    for (std::size_t i = 0; i < count && !can_fire_one_day; ++i) {
      can_fire_one_day = bound<Width>(load<Width>(a_.data() + i * Width), now_, never) > bar;
    }
    for (std::size_t i = 0; i < count; i += 4) {
      if constexpr (Width == 4) {
        if (i + 4 <= count && !any_of_four_above(a_.data() + i * 4, now_, later_, bar)) continue;
      }
      for (std::size_t n = i; n < std::min(i + 4, count); ++n) {
        if (bound<Width>(load<Width>(a_.data() + n * Width), now_, later_) > bar) {
          add_risky(static_cast<std::uint32_t>(n));
        }
      }
    }
    if (!can_fire_one_day) next_check_ = kNever;
  }

  // Fires the neuron if it has reached the threshold, or puts its crossing on the agenda if it lies before the check.
  void settle(std::uint32_t i, Time at) {
    const Modes<Width> a = load<Width>(a_.data() + std::size_t{i} * Width);
    if (a[0] == kParkedMode) return;
    const Modes<Width> now = a * now_;
    const double excess = sum_of<Width>(now) - threshold_.level();
    if (excess >= 0) return fire(i, at, threshold_.passed_ps(now, excess));
    if (excess > -kDue && threshold_.due_ps(now, excess) < 0.5) return fire(i, at, threshold_.due_ps(now, excess));
    const Time horizon = next_check_ == kNever ? at + check_interval_ : next_check_;
    const double delta_ps = threshold_.crossing_before(now, a * (next_check_ == kNever ? decays(horizon) : later_),
                                                       excess, to_ms(horizon - at)) *
                            1e9;
    if (delta_ps == kNoCrossing) return;
    if (delta_ps < 0.5) return fire(i, at, delta_ps);
    predicted_[i] = at + Duration{std::llround(delta_ps)};
    agenda_.push({predicted_[i], i, kCrossing, 0, 0});
  }

  // The reset happens at the real time of the crossing, at + residual_ps, so that rounding does not add up.
  void fire(std::uint32_t i, Time at, double residual_ps) {
    fired_->push_back({at, population_, first_ + i});
    a_[std::size_t{i} * Width] = kParkedMode;
    const Release end{at + t_ref_, residual_ps, i};
    if (t_ref_ == Duration{0}) return release(end);
    if (releases_.takes(end.at)) return releases_.push(end);
    agenda_.push({end.at, i, kRelease, 0, residual_ps});  // external input is drained ahead: not in time order
  }

  PopulationId population_;
  std::uint32_t first_;
  double v_inf_, reset_;  // mV; the latter relative to v_inf
  Duration t_ref_;
  DecayFrame membrane_;
  ModeThreshold<Width> threshold_;
  std::vector<SynapticMode> synaptic_;  // mode k + 1
  std::array<int, kCurrentPorts> mode_of_{};
  std::vector<double> a_;  // neuron after neuron, Width modes each
  std::vector<Time> predicted_;
  Drives drives_;
  Duration stride_{0};  // how far to drain at once
  Agenda agenda_;
  ReleaseQueue releases_;
  Duration check_interval_{0};
  Time next_check_ = kStart;
  Modes<Width> factor_{}, now_{}, later_{};  // of the instant at hand, and decays at next_check_
  std::vector<std::uint32_t> risky_;         // neurons that may cross before the next check point
  std::size_t risky_count_ = 0;
  std::vector<Spike>* fired_ = nullptr;
};

std::vector<Port> ports_in(std::uint32_t mask) {
  std::vector<Port> ports;
  for (Port p = 0; p < kCurrentPorts; ++p) {
    if ((mask >> p & 1) != 0) ports.push_back(p);
  }
  return ports;
}

template <int Width>
std::unique_ptr<Slice> make(const SliceRequest& request, const CurrentLifParams& p, const std::vector<Port>& ports) {
  if (p.hard) return std::make_unique<FrameLinear<Width, true>>(request, p, ports);
  return std::make_unique<FrameLinear<Width, false>>(request, p, ports);
}

}  // namespace

bool frame_linear_fits(const SliceRequest& request) {
  static constexpr std::array<std::string_view, 1> kMayDiffer{"v_init"};
  if (!request.parameters.all_uniform_except(kMayDiffer)) return false;
  for (const SliceDrive& drive : request.drives) {
    if (!std::holds_alternative<PoissonDrive>(drive.spec->kind)) return false;
  }
  const CurrentLifParams p = current_lif_params(request.parameters, 0);
  for (const Port port : ports_in(request.ports_used)) {
    if (needs_series(p.rate_m, p.rate_syn[port])) return false;
  }
  return true;
}

std::unique_ptr<Slice> make_frame_linear_slice(const SliceRequest& request) {
  const CurrentLifParams p = current_lif_params(request.parameters, 0);
  const std::vector<Port> ports = ports_in(request.ports_used);
  return ports.size() <= 3 ? make<4>(request, p, ports) : make<8>(request, p, ports);
}

}  // namespace volley
