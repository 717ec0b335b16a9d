#include "models/frame_delta.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <vector>

#include "engine/agenda.h"
#include "engine/poisson_stream.h"
#include "models/decay_frame.h"

namespace volley {
namespace {

constexpr double kParked = -std::numeric_limits<double>::infinity();

struct Settings {
  double v_inf, threshold, reset;  // mV; threshold and reset relative to v_inf
  Duration t_ref;
  bool subtract;
};

// The frame of a neuron without leak: every factor is 1.
struct FlatFrame {
  explicit FlatFrame(double) {}
  double factor(Time) const { return 1.0; }
  double decay(Time) const { return 1.0; }
  bool needs_rebase(Time) const { return false; }
  double rebase(Time) { return 1.0; }
};

// A block of external input. Where a batch of events is short beside tau its factors are computed together.
class DrivenBlock {
 public:
  static constexpr std::size_t kBatch = PoissonBlock::kBatch;

  // `offset`: slice-local index of the block's neuron 0, negative when it lies before the slice. Neurons outside
  // [begin, end) belong to another slice.
  DrivenBlock(PoissonBlock stream, double weight, std::int32_t offset, std::int32_t begin, std::int32_t end)
      : stream_(std::move(stream)), weight_(weight), offset_(offset), begin_(begin), end_(end) {}

  Time next_time() const { return stream_.next_time(); }
  double weight() const { return weight_; }
  std::int32_t offset() const { return offset_; }
  std::span<const std::int64_t> at() const { return stream_.at(); }
  std::span<const std::uint16_t> neuron() const { return stream_.neuron(); }
  bool owns(std::int32_t neuron) const { return neuron >= begin_ && neuron < end_; }
  bool is_whole(std::int32_t block_size) const { return begin_ <= offset_ && offset_ + block_size <= end_; }

  void consume(std::size_t count) {
    if (stream_.consume(count)) has_factors_ = false;
  }

  // Whether the batch at hand spans less than tau / 128, so that its factors are computed together.
  bool is_short(double tau_ps) const {
    const auto span = static_cast<double>(stream_.batch().back() - stream_.batch().front());
    return span * 128 < tau_ps && span < 0x1p31;
  }

  // Factors of the events at hand: one exact, and a Taylor polynomial around it (x < 2^-7 leaves x^6/720 < 4e-16). A
  // batch is the stream's own, so the result does not depend on slices or windows. REQUIRES: is_short(tau_ps).
  template <class Frame>
  const double* factors(const Frame& frame, double tau_ps) {
    if (!has_factors_) {
      const std::span<const std::int64_t> at = stream_.batch();
      const double first = frame.factor(Time{Duration{at[0]}});
      const double scale = 1.0 / tau_ps;
      for (std::size_t e = 0; e < at.size(); ++e) {
        const double x = static_cast<double>(static_cast<std::int32_t>(at[e] - at[0])) * scale;
        factor_[e] = first * (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120))))));
      }
      has_factors_ = true;
    }
    return factor_.data() + stream_.consumed();
  }
  void rescale(double power) {
    if (!has_factors_) return;
    for (double& f : factor_) f *= power;
  }

 private:
  PoissonBlock stream_;
  double weight_;
  std::int32_t offset_, begin_, end_;
  bool has_factors_ = false;
  std::array<double, kBatch> factor_{};
};

// `Frame`: DecayFrame or FlatFrame. `AtLeast`: fires at V >= threshold, else at V > threshold.
template <class Frame, bool AtLeast>
class FrameDelta final : public Slice {
 public:
  FrameDelta(const SliceRequest& request, const Settings& settings, double tau_ms)
      : settings_(settings),
        population_(request.population),
        first_(request.first),
        tau_ps_(tau_ms * 1e9),
        frame_(tau_ms),
        c_(request.count) {
    for (std::uint32_t i = 0; i < request.count; ++i) {
      c_[i] = initial_v(request.parameters, i) - settings_.v_inf;
    }
    if (settings_.subtract && settings_.t_ref > Duration{0}) held_.resize(request.count);
    for (const SliceDrive& drive : request.drives) add_drive(request, drive);
  }

  static double initial_v(const ResolvedParameters& parameters, std::uint32_t i) {
    const double v = parameters.at("v_init", i);
    return v != v ? parameters.at("v_rest", i) : v;
  }

  void advance(Window window, std::span<const Arrival> due, std::span<const SynapseGroup> groups,
               std::vector<Spike>& fired) override {
    fired_ = &fired;
    Time cursor = window.begin;
    std::size_t next = 0;
    for (;;) {
      const Time arrival = next < due.size() ? due[next].at : kNever;
      const Time instant = std::min({arrival, agenda_.next_time(), window.end});
      // A neuron that fires on the way is refractory from then on: the agenda must be looked at again by its end.
      const Time stop = settings_.t_ref > Duration{0} ? std::min(instant, cursor + settings_.t_ref) : instant;
      drain(stop);
      cursor = stop;
      if (stop != instant) continue;
      if (instant == window.end) break;
      std::size_t end = next;
      while (end < due.size() && due[end].at == instant) ++end;
      process(instant, due.subspan(next, end - next), end < due.size() ? &due[end] : nullptr, groups);
      next = end;
    }
    if (!std::is_sorted(fired.begin(), fired.end())) std::sort(fired.begin(), fired.end());
  }

  Time next_event() const override { return std::min(agenda_.next_time(), next_external()); }

  void sample(std::uint32_t, Time at, std::span<const std::uint32_t> neurons, std::span<double> out) const override {
    const double decay = frame_.decay(at);
    for (std::size_t k = 0; k < neurons.size(); ++k) {
      const std::uint32_t i = neurons[k];
      out[k] = settings_.v_inf + (c_[i] == kParked ? value_after_refractoriness(i) : c_[i] * decay);
    }
  }

  SliceCounters counters() const override {
    SliceCounters counters;
    counters.external_events = external_events_;
    return counters;
  }

 private:
  static bool crosses(double c, double threshold) { return AtLeast ? c >= threshold : c > threshold; }

  double value_after_refractoriness(std::uint32_t i) const { return held_.empty() ? settings_.reset : held_[i]; }

  void add_drive(const SliceRequest& request, const SliceDrive& drive) {
    const auto& spec = std::get<PoissonDrive>(drive.spec->kind);
    // Blocks count from the start of the drive's range, which may lie in an earlier slice.
    const std::uint32_t range_first = drive.spec->range.first;
    const std::uint32_t range_size =
        drive.spec->range.count ? *drive.spec->range.count : request.spec->size - range_first;
    const std::uint32_t bits = poisson_block_bits(range_size);
    block_size_ = 1 << bits;
    const std::uint32_t begin = first_ + drive.begin - range_first;
    const std::uint32_t end = first_ + drive.end - range_first;
    for (std::uint32_t b = begin >> bits; b <= (end - 1) >> bits; ++b) {
      const std::uint32_t neurons = std::min(1u << bits, range_size - (b << bits));
      const auto offset = static_cast<std::int32_t>(std::int64_t{range_first} + (b << bits) - first_);
      blocks_.emplace_back(
          PoissonBlock({request.seed, Purpose::kPoissonDrive, drive.id}, b, bits, neurons, spec.rate_hz), spec.weight,
          offset, static_cast<std::int32_t>(drive.begin), static_cast<std::int32_t>(drive.end));
    }
    ++drives_;
  }

  Time next_external() const {
    Time next = kNever;
    for (const DrivenBlock& block : blocks_) next = std::min(next, block.next_time());
    return next;
  }

  void move_base(Time t) {
    if (!frame_.needs_rebase(t)) return;
    const double power = frame_.rebase(t);
    for (double& c : c_) c = DecayFrame::rescaled(c, power);
    for (DrivenBlock& block : blocks_) block.rescale(power);
  }

  // External events before `until`. Neurons of different blocks are independent, so one drive's blocks go one by one.
  void drain(Time until) {
    if (drives_ > 1) return drain_merged(until);
    next_external_ = kNever;
    for (DrivenBlock& block : blocks_) {
      while (block.next_time() < until) {
        move_base(block.next_time());
        if (!block.is_short(tau_ps_)) {
          drain_one(block);
        } else if (block.is_whole(block_size_)) {
          drain_batch<true>(block, until);
        } else {
          drain_batch<false>(block, until);
        }
      }
      next_external_ = std::min(next_external_, block.next_time());
    }
  }

  template <bool Whole>
  void drain_batch(DrivenBlock& block, Time until) {
    const double* factor = block.factors(frame_, tau_ps_);
    const std::span<const std::int64_t> at = block.at();
    const std::uint16_t* neuron = block.neuron().data();
    const std::int64_t limit = until.time_since_epoch().count();
    const double weight = block.weight();
    const double threshold = settings_.threshold;
    const std::int32_t offset = block.offset();
    double* const c = c_.data();
    std::size_t e = 0;
    for (; e < at.size() && at[e] < limit; ++e) {
      const std::int32_t i = offset + neuron[e];
      if (!Whole && !block.owns(i)) continue;
      external_events_ += !Whole;
      const double sum = c[i] + weight * factor[e];
      c[i] = sum;
      if (crosses(sum, threshold * factor[e])) [[unlikely]] {
        fire(static_cast<std::uint32_t>(i), Time{Duration{at[e]}}, factor[e]);
      }
    }
    if (Whole) external_events_ += e;
    block.consume(e);
  }

  double external_factor(DrivenBlock& block) {
    return block.is_short(tau_ps_) ? *block.factors(frame_, tau_ps_) : frame_.factor(block.next_time());
  }

  void drain_one(DrivenBlock& block) {
    const Time at = block.next_time();
    const std::int32_t i = block.offset() + block.neuron().front();
    if (block.owns(i)) {
      const double factor = frame_.factor(at);
      ++external_events_;
      c_[static_cast<std::size_t>(i)] += block.weight() * factor;
      fire_if_above(static_cast<std::uint32_t>(i), at, factor);
    }
    block.consume(1);
  }

  // Several drives: their events meet at the same neurons, so they are taken strictly in time order.
  void drain_merged(Time until) {
    for (next_external_ = next_external(); next_external_ < until; next_external_ = next_external()) {
      const Time at = next_external_;
      move_base(at);
      const double factor = frame_.factor(at);
      candidates_.clear();
      apply_external(at);
      for (const std::uint32_t i : candidates_) fire_if_above(i, at, factor);
    }
  }

  // Everything of one instant: ends of refractoriness, then arrivals and external events, then the threshold.
  void process(Time at, std::span<const Arrival> arrivals, const Arrival* following,
               std::span<const SynapseGroup> groups) {
    move_base(at);
    const double factor = frame_.factor(at);
    while (!agenda_.empty() && agenda_.top().at == at) {
      const std::uint32_t i = agenda_.top().neuron;
      c_[i] = value_after_refractoriness(i) * factor;
      agenda_.pop();
    }
    candidates_.clear();
    if (next_external_ == at) apply_external(at);
    for (const Arrival& arrival : arrivals) {
      deliver(groups[arrival.group].row(arrival.begin, arrival.end), factor);
    }
    if (following != nullptr) __builtin_prefetch(groups[following->group].target.data() + following->begin);
    for (const std::uint32_t i : candidates_) fire_if_above(i, at, factor);
  }

  void apply_external(Time at) {
    for (DrivenBlock& block : blocks_) {
      while (block.next_time() == at) {
        const std::int32_t i = block.offset() + block.neuron().front();
        if (block.owns(i)) {
          ++external_events_;
          c_[static_cast<std::size_t>(i)] += block.weight() * external_factor(block);
          candidates_.push_back(static_cast<std::uint32_t>(i));
        }
        block.consume(1);
      }
    }
  }

  // The hot loop of the whole program.
  void deliver(const Row& row, double factor) {
    double* const c = c_.data();
    const double threshold = settings_.threshold * factor;
    if (!row.weight.empty()) {
      for (std::size_t k = 0; k < row.target.size(); ++k) {
        const std::uint16_t i = row.target[k];
        const double sum = c[i] + static_cast<double>(row.weight[k]) * factor;
        c[i] = sum;
        if (crosses(sum, threshold)) [[unlikely]]
          candidates_.push_back(i);
      }
      return;
    }
    const double jump = row.uniform_weight * factor;
    if (jump > 0) {
      for (const std::uint16_t i : row.target) {
        const double sum = c[i] + jump;
        c[i] = sum;
        if (crosses(sum, threshold)) [[unlikely]]
          candidates_.push_back(i);
      }
    } else {
      for (const std::uint16_t i : row.target) c[i] += jump;
    }
  }

  void fire_if_above(std::uint32_t i, Time at, double factor) {
    if (crosses(c_[i], settings_.threshold * factor)) fire(i, at, factor);
  }

  void fire(std::uint32_t i, Time at, double factor) {
    fired_->push_back({at, population_, first_ + i});
    // By subtraction what exceeded the threshold is kept: V -= v_threshold - v_reset.
    const double after =
        settings_.subtract ? c_[i] / factor - (settings_.threshold - settings_.reset) : settings_.reset;
    if (settings_.t_ref > Duration{0}) {
      if (!held_.empty()) held_[i] = after;
      c_[i] = kParked;
      agenda_.push({at + settings_.t_ref, i, 0});
    } else {
      c_[i] = after * factor;
    }
  }

  Settings settings_;
  PopulationId population_;
  std::uint32_t first_;
  double tau_ps_;
  Frame frame_;
  std::vector<double> c_;
  std::vector<double> held_;  // reset by subtraction with a refractory period: V - v_inf while it lasts
  Agenda agenda_;             // ends of refractoriness
  std::vector<DrivenBlock> blocks_;
  std::int32_t block_size_ = 0;
  unsigned drives_ = 0;
  Time next_external_ = kNever;
  std::uint64_t external_events_ = 0;
  std::vector<std::uint32_t> candidates_;
  std::vector<Spike>* fired_ = nullptr;
};

Settings settings_of(const ResolvedParameters& p) {
  const double v_inf = p.uniform("v_rest") + p.uniform("i_e");
  return {v_inf, p.uniform("v_threshold") - v_inf, p.uniform("v_reset") - v_inf, duration_from_ms(p.uniform("t_ref")),
          p.option("reset") == 1};
}

}  // namespace

bool frame_delta_fits(const SliceRequest& request, bool leaky) {
  static constexpr std::array<std::string_view, 1> kMayDiffer{"v_init"};
  const ResolvedParameters& p = request.parameters;
  if (!p.all_uniform_except(kMayDiffer)) return false;
  for (const SliceDrive& drive : request.drives) {
    if (!std::holds_alternative<PoissonDrive>(drive.spec->kind)) return false;
  }
  // A leaky neuron creeps towards v_inf and must not get beyond the threshold by itself; one without leak must not
  // move.
  return leaky ? settings_of(p).threshold >= 0 : p.uniform("i_e") == 0;
}

std::unique_ptr<Slice> make_frame_delta_slice(const SliceRequest& request, bool leaky) {
  const Settings settings = settings_of(request.parameters);
  const bool at_least = request.parameters.option("threshold") == 1;
  if (leaky) {
    const double tau_ms = request.parameters.uniform("tau_m");
    if (at_least) return std::make_unique<FrameDelta<DecayFrame, true>>(request, settings, tau_ms);
    return std::make_unique<FrameDelta<DecayFrame, false>>(request, settings, tau_ms);
  }
  constexpr double kNoLeak = 1e9;
  if (at_least) return std::make_unique<FrameDelta<FlatFrame, true>>(request, settings, kNoLeak);
  return std::make_unique<FrameDelta<FlatFrame, false>>(request, settings, kNoLeak);
}

}  // namespace volley
