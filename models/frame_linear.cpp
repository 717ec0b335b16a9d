#include "models/frame_linear.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "engine/agenda.h"
#include "models/crossing.h"
#include "models/current_lif.h"
#include "models/decay_frame.h"
#include "models/poisson_inputs.h"

namespace volley {
namespace {

constexpr double kParked = -std::numeric_limits<double>::infinity();

// What the agenda holds.
constexpr std::uint16_t kRelease = 0;   // end of refractoriness
constexpr std::uint16_t kCrossing = 1;  // predicted, if predicted_[neuron] still says so

// The modes of one neuron side by side. Width 4: membrane and up to three ports; 8: all four ports.
template <int Width>
struct ModesOf {
  typedef double Vector __attribute__((vector_size(Width * sizeof(double))));
};
template <int Width>
using Modes = typename ModesOf<Width>::Vector;

template <int Width>
Modes<Width> load(const double* p) {
  Modes<Width> v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
template <int Width>
void store(double* p, Modes<Width> v) {
  __builtin_memcpy(p, &v, sizeof v);
}

// sum_k max(a_k now_k, a_k later_k), pairwise, so that the order does not depend on the machine.
template <int Width>
double bound(Modes<Width> a, Modes<Width> now, Modes<Width> later) {
  const Modes<Width> p = a * now, q = a * later;
  const Modes<Width> highest = p > q ? p : q;
  double sum = 0;
  for (int k = 0; k < Width; k += 2) sum += highest[k] + highest[k + 1];
  return sum;
}

// Whether one of the four neurons from a on exceeds the bar: the same sums as bound(), four at a time.
[[gnu::always_inline]] inline bool any_of_four_above(const double* a, Modes<4> now, Modes<4> later, double bar) {
  Modes<4> highest[4];
  for (int n = 0; n < 4; ++n) {
    const Modes<4> modes = load<4>(a + 4 * n);
    const Modes<4> p = modes * now, q = modes * later;
    highest[n] = p > q ? p : q;
  }
  const auto pairs = [](Modes<4> x, Modes<4> y) {
    return __builtin_shufflevector(x, y, 0, 4, 2, 6) + __builtin_shufflevector(x, y, 1, 5, 3, 7);
  };
  const Modes<4> first = pairs(highest[0], highest[1]), second = pairs(highest[2], highest[3]);
  const auto above =
      __builtin_shufflevector(first, second, 0, 1, 4, 5) + __builtin_shufflevector(first, second, 2, 3, 6, 7) > bar;
  return (above[0] | above[1] | above[2] | above[3]) != 0;
}

template <int Width>
struct RowStep {
  Modes<Width> per_weight;  // what weight 1 adds to the modes
  Modes<Width> now, later;  // decays at the arrival and at the next check point
  double bar;               // v_threshold - v_inf, less what rounding may hide
};

// The hot loop: adds weight * per_weight to every target's modes, and returns the end of the targets, written from
// `risky` on, that may cross before the next check point. `Hard`: refractory neurons do not receive.
template <int Width, bool Hard>
[[gnu::noinline]] std::uint32_t* add_row(double* a, std::span<const std::uint16_t> target, const float* weight,
                                         double uniform_weight, const RowStep<Width>& step, std::uint32_t* risky) {
  const Modes<Width> per_weight = step.per_weight, now = step.now, later = step.later;
  const double bar = step.bar;
  if (weight == nullptr) {
    const Modes<Width> jump = uniform_weight * per_weight;
    const bool raises = uniform_weight > 0;
    for (const std::uint16_t i : target) {
      double* const mine = a + std::size_t{i} * Width;
      if (Hard && mine[0] == kParked) continue;
      const Modes<Width> modes = load<Width>(mine) + jump;
      store<Width>(mine, modes);
      if (raises && bound<Width>(modes, now, later) > bar) *risky++ = i;
    }
    return risky;
  }
  for (std::size_t k = 0; k < target.size(); ++k) {
    const std::uint16_t i = target[k];
    double* const mine = a + std::size_t{i} * Width;
    if (Hard && mine[0] == kParked) continue;
    const double w = static_cast<double>(weight[k]);
    const Modes<Width> modes = load<Width>(mine) + w * per_weight;
    store<Width>(mine, modes);
    if (w > 0 && bound<Width>(modes, now, later) > bar) *risky++ = i;
  }
  return risky;
}

// A port that something ends on, as a mode.
struct SynapticMode {
  Port port;
  double kappa;  // mV per pA
  double rate;   // 1/ms
  DecayFrame frame;
};

template <int Width, bool Hard>
class FrameLinear final : public Slice {
 public:
  FrameLinear(const SliceRequest& request, const CurrentLifParams& p, const std::vector<Port>& ports)
      : population_(request.population),
        first_(request.first),
        v_inf_(p.v_rest + p.resistance * p.i_e),
        threshold_(p.v_threshold - v_inf_),
        reset_(p.v_reset - v_inf_),
        t_ref_(duration_from_ms(p.t_ref_ms)),
        membrane_(1.0 / p.rate_m),
        a_(std::size_t{request.count} * Width),
        predicted_(request.count, kNever),
        inputs_(request) {
    double shortest_ms = 1.0 / p.rate_m;
    rates_[0] = p.rate_m;
    mode_of_.fill(0);
    for (const Port port : ports) {
      const double rate = p.rate_syn[port], tau = 1.0 / rate;
      mode_of_[port] = static_cast<int>(synaptic_.size()) + 1;
      synaptic_.push_back({port, p.resistance * tau / (tau - 1.0 / p.rate_m), rate, DecayFrame(tau)});
      rates_[static_cast<int>(synaptic_.size())] = rate;
      shortest_ms = std::min(shortest_ms, tau);
    }
    // An eighth of the fastest time constant keeps the bounds tight and the Taylor polynomial short; a microsecond
    // keeps the grid from being the work.
    check_interval_ = std::max(duration_from_ms(shortest_ms / 8), Duration{1'000'000});
    fastest_rate_ = 1.0 / shortest_ms;
    slack_ = 1e-9 * (std::fabs(v_inf_) + std::fabs(p.v_threshold) + std::fabs(p.v_reset) + 1);
    for (std::uint32_t i = 0; i < request.count; ++i) {
      const CurrentLifParams own = current_lif_params(request.parameters, i);
      a_[std::size_t{i} * Width] = own.v_init - v_inf_;
    }
  }

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    fired_ = &fired;
    for (std::size_t next = 0;;) {
      const Time arrival = next < due.size() ? due[next].at : kNever;
      const Time instant = std::min({arrival, agenda_.next_time(), next_check_, inputs_.next_time()});
      if (instant >= window.end) break;
      std::size_t end = next;
      while (end < due.size() && due[end].at == instant) ++end;
      process(instant, due.subspan(next, end - next), groups);
      next = end;
    }
  }

  Time next_event() const override { return std::min({agenda_.next_time(), next_check_, inputs_.next_time()}); }

  void sample(std::uint32_t variable, Time at, std::span<const std::uint32_t> neurons,
              std::span<double> out) const override {
    const Modes<Width> decay = decays(at);
    for (std::size_t n = 0; n < neurons.size(); ++n) {
      const double* mine = a_.data() + std::size_t{neurons[n]} * Width;
      if (variable == 0) {
        out[n] = v_inf_ + (mine[0] == kParked ? reset_ : sum_of(load<Width>(mine) * decay));
        continue;
      }
      const int mode = mode_of_[variable - 1];
      out[n] = mode == 0 ? 0.0 : mine[mode] * decay[mode] / synaptic_[static_cast<std::size_t>(mode - 1)].kappa;
    }
  }

  SliceCounters counters() const override {
    SliceCounters counters;
    counters.external_events = external_events_;
    return counters;
  }

 private:
  static double sum_of(Modes<Width> v) {
    double sum = 0;
    for (int k = 0; k < Width; k += 2) sum += v[k] + v[k + 1];
    return sum;
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
    if (moved && next_check_ != kNever) later_ = decays(next_check_);
  }
  bool move_base(DecayFrame& frame, std::size_t mode, Time t) {
    if (!frame.needs_rebase(t)) return false;
    const double power = frame.rebase(t);
    for (std::size_t i = mode; i < a_.size(); i += Width) a_[i] = DecayFrame::rescaled(a_[i], power);
    return true;
  }

  // Everything of one instant: ends of refractoriness and due crossings, the check, then all input, then thresholds.
  void process(Time at, std::span<const Arrival> arrivals, std::span<const SynapseGroup> groups) {
    move_bases(at);
    factor_ = factors(at);
    now_ = 1.0 / factor_;
    for (std::size_t k = synaptic_.size() + 1; k < Width; ++k) now_[k] = 0;
    while (!agenda_.empty() && agenda_.top().at == at) take_entry();
    if (at == next_check_) check_all();
    while (inputs_.next_time() == at) {
      const PoissonInputs::Event event = inputs_.pop();
      const auto neuron = static_cast<std::uint16_t>(event.neuron);
      ++external_events_;
      deliver({{&neuron, 1}, {}, event.weight, event.port}, at);
    }
    for (const Arrival& arrival : arrivals) deliver(groups[arrival.group].row(arrival.begin, arrival.end), at);
    for (std::size_t k = 0; k < risky_count_; ++k) settle(risky_[k], at);
    risky_count_ = 0;
  }

  void take_entry() {
    const AgendaEntry entry = agenda_.top();
    agenda_.pop();
    if (entry.kind == kRelease) {
      release(entry);
    } else if (predicted_[entry.neuron] == entry.at) {
      add_risky(entry.neuron);
    }
  }

  // V leaves v_reset at the real end of the period, under the currents of that time.
  void release(const AgendaEntry& entry) {
    double* const mine = a_.data() + std::size_t{entry.neuron} * Width;
    mine[0] = 0;
    const double currents = sum_of(load<Width>(mine) * decays(entry.at, entry.residual_ps));
    mine[0] = (reset_ - currents) * membrane_.factor(entry.at, entry.residual_ps);
    wake(entry.at);
    add_risky(entry.neuron);
  }

  void deliver(const Row& row, Time at) {
    if (row.weight.empty() ? row.uniform_weight > 0 : true) wake(at);
    if (risky_.size() < risky_count_ + row.target.size()) risky_.resize(risky_count_ + row.target.size());
    const int mode = mode_of_[row.port];
    RowStep<Width> step{{}, now_, later_, threshold_ - slack_};
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
    const double bar = threshold_ - slack_;
    const Modes<Width> never{};
    bool can_fire_one_day = threshold_ <= 0;
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
    if (a[0] == kParked) return;
    const Modes<Width> now = a * now_;
    const double excess = sum_of(now) - threshold_;
    if (excess >= 0) return fire(i, at, passed_ps(now, excess));
    const Time horizon = next_check_ == kNever ? at + check_interval_ : next_check_;
    const double delta_ps =
        crossing_before(now, a * (next_check_ == kNever ? decays(horizon) : later_), excess, to_ms(horizon - at)) * 1e9;
    if (delta_ps == kNoCrossing) return;
    if (delta_ps < 0.5) return fire(i, at, delta_ps);
    predicted_[i] = at + Duration{std::llround(delta_ps)};
    agenda_.push({predicted_[i], i, kCrossing, 0, 0});
  }

  // The first crossing within `length_ms`, or kNoCrossing. `now` and `later`: the modes at both ends.
  double crossing_before(Modes<Width> now, Modes<Width> later, double excess, double length_ms) const {
    // A second, tighter bound, still without an exponential: the steepest slope that the modes allow.
    const Modes<Width> slope_now = -(rates_ * now), slope_later = -(rates_ * later);
    const double steepest = sum_of(slope_now > slope_later ? slope_now : slope_later);
    if (excess + slack_ + (steepest > 0 ? steepest * length_ms : 0) < 0) return kNoCrossing;
    const double flattest = sum_of(slope_now < slope_later ? slope_now : slope_later);
    if (flattest >= 0 &&
        length_ms * fastest_rate_ <= 0.126) {  // V only rises: its value at the end decides, and there is one root
      if (sum_of(later) - threshold_ + slack_ < 0) return kNoCrossing;
      const double root = rising_root(now, excess, length_ms);
      if (root < length_ms) return root;
      if (sum_of(later) - threshold_ < 0) return kNoCrossing;
    }
    ExponentialSum<0> v;  // V - v_threshold
    v.constant = -threshold_;
    v.add(rates_[0], now[0]);
    for (std::size_t k = 0; k < synaptic_.size(); ++k) {
      const double value = now[static_cast<int>(k + 1)];
      if (value != 0) v.add(synaptic_[k].rate, value);
    }
    return first_crossing(v, length_ms);
  }

  // Newton's iteration on the Taylor polynomial of V: a length of at most an eighth of the fastest time constant leaves
  // (1/8)^10 / 10! = 3e-16 of a mode. kNoCrossing if it does not settle inside.
  double rising_root(Modes<Width> now, double excess, double length_ms) const {
    constexpr int kDegree = 9;
    double c[kDegree + 1];
    Modes<Width> term = now;
    c[0] = excess;
    for (int n = 1; n <= kDegree; ++n) {
      term *= -rates_ / static_cast<double>(n);
      c[n] = sum_of(term);
    }
    double s = c[1] > 0 ? std::min(-c[0] / c[1], length_ms) : 0.5 * length_ms;
    for (int iteration = 0; iteration < 20; ++iteration) {
      double value = c[kDegree], slope = 0;
      for (int n = kDegree - 1; n >= 0; --n) {
        slope = slope * s + value;
        value = value * s + c[n];
      }
      if (!(slope > 0)) break;
      const double step = value / slope;
      s = std::clamp(s - step, 0.0, length_ms);
      if (std::fabs(step) < 1e-12) return s;
    }
    return kNoCrossing;
  }

  // A crossing that rounding moved to a later picosecond has just passed: how long ago, as a negative number.
  double passed_ps(Modes<Width> now, double excess) const {
    const double slope = -sum_of(rates_ * now);
    const double ago = slope > 0 ? excess / slope * 1e9 : 1.0;
    return ago <= 0.5 ? -ago : 0.0;
  }

  // The reset happens at the real time of the crossing, at + residual_ps, so that rounding does not add up.
  void fire(std::uint32_t i, Time at, double residual_ps) {
    fired_->push_back({at, population_, first_ + i});
    a_[std::size_t{i} * Width] = kParked;
    const AgendaEntry end{at + t_ref_, i, kRelease, 0, residual_ps};
    if (t_ref_ > Duration{0}) return agenda_.push(end);
    release(end);
  }

  PopulationId population_;
  std::uint32_t first_;
  double v_inf_, threshold_, reset_;  // mV; the latter two relative to v_inf
  Duration t_ref_;
  DecayFrame membrane_;
  std::vector<SynapticMode> synaptic_;  // mode k + 1
  std::array<int, kCurrentPorts> mode_of_{};
  std::vector<double> a_;  // neuron after neuron, Width modes each
  std::vector<Time> predicted_;
  PoissonInputs inputs_;
  Agenda agenda_;
  Duration check_interval_{0};
  double fastest_rate_ = 0;  // 1/ms
  Time next_check_ = kStart;
  double slack_ = 0;
  Modes<Width> rates_{};                     // 1/ms
  Modes<Width> factor_{}, now_{}, later_{};  // of the instant at hand, and decays at next_check_
  std::vector<std::uint32_t> risky_;         // neurons that may cross before the next check point
  std::size_t risky_count_ = 0;
  std::uint64_t external_events_ = 0;
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
