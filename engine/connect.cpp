#include "engine/connect.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/group_builder.h"
#include "engine/partner_draw.h"
#include "engine/random.h"

namespace volley {
namespace {

constexpr double kMostSteps = std::numeric_limits<std::uint16_t>::max();

double stored(const ProjectionSpec& spec, double weight) {
  return spec.weight_grid ? on_grid(*spec.weight_grid, weight) : weight;
}

// Weights and delays of one neuron's synapses, where the projection draws them.
class ValueDraw {
 public:
  explicit ValueDraw(const ConnectRequest& r)
      : spec_(*r.spec),
        weight_key_(philox_key({r.seed, Purpose::kWeight, r.projection})),
        delay_key_(philox_key({r.seed, Purpose::kDelay, r.projection})),
        step_ms_(to_ms(r.spec->delay_resolution)) {}

  bool draws_weights() const { return !std::holds_alternative<Constant>(spec_.weight); }
  bool draws_delays() const { return !std::holds_alternative<Constant>(spec_.delay_ms); }

  // Of the first `count` synapses of `neuron`. Valid until the next call.
  SynapseValues of(std::uint32_t neuron, std::size_t count) {
    SynapseValues values;
    drawn_.resize(count);
    if (draws_weights()) {
      BulkRandomStream(weight_key_, neuron).fill(spec_.weight, drawn_);
      weight_.resize(count);
      bool all_finite = true;
      for (std::size_t k = 0; k < count; ++k) {
        all_finite &= std::abs(drawn_[k]) <= kLargestWeight;
        weight_[k] = static_cast<float>(drawn_[k]);
      }
      if (!all_finite && !too_large_) too_large_ = first_too_large();
      if (spec_.weight_grid) round_weights(*spec_.weight_grid);
      values.weight = weight_;
    }
    if (draws_delays()) {
      BulkRandomStream(delay_key_, neuron).fill(spec_.delay_ms, drawn_);
      delay_step_.resize(count);
      for (double& delay : drawn_) delay = std::clamp(delay / step_ms_ + 0.5, 1.0, kMostSteps + 1);
      std::int32_t longest = 0;
      for (std::size_t k = 0; k < count; ++k) {
        const auto steps = static_cast<std::int32_t>(drawn_[k]);  // rounds down
        longest = std::max(longest, steps);
        delay_step_[k] = static_cast<std::uint16_t>(steps);
      }
      too_long_ |= longest > kMostSteps;
      values.delay_step = delay_step_;
    }
    return values;
  }

  // Whether a delay was beyond what 16 bits of steps can say, or a weight outside its grid or beyond a float.
  absl::Status status() const {
    if (too_large_) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "projection %s: a drawn weight is %g, must be from %g to %g (single precision); scale the weights "
          "down or clip their distribution",
          projection_name(spec_), *too_large_, -kLargestWeight, kLargestWeight));
    }
    if (outside_) return absl::InvalidArgumentError(weight_problem(spec_, *outside_));
    if (!too_long_) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrFormat(
        "projection %s: a drawn delay is longer than %g ms, the most that %.0f steps of %g ms can say; raise "
        "`delay_resolution` or clip the distribution",
        projection_name(spec_), kMostSteps * step_ms_, kMostSteps, step_ms_));
  }

 private:
  double first_too_large() const {
    return *std::find_if(drawn_.begin(), drawn_.end(), [](double w) { return !(std::abs(w) <= kLargestWeight); });
  }
  void round_weights(const WeightGrid& grid) {
    for (float& weight : weight_) {
      const double rounded = on_grid(grid, weight);
      if (!(rounded >= grid.low && rounded <= grid.high) && !outside_) outside_ = weight;
      weight = static_cast<float>(rounded);
    }
  }

  const ProjectionSpec& spec_;
  PhiloxKey weight_key_, delay_key_;
  double step_ms_;
  bool too_long_ = false;
  std::optional<double> outside_;    // the first weight drawn outside the grid
  std::optional<double> too_large_;  // the first weight drawn that a float cannot hold
  std::vector<double> drawn_;
  std::vector<float> weight_;
  std::vector<std::uint16_t> delay_step_;
};

SynapseGroup header_of(const ConnectRequest& r) {
  SynapseGroup group;
  group.source = r.source;
  group.projection = r.projection;
  group.port = r.port;
  if (const auto* weight = std::get_if<Constant>(&r.spec->weight))
    group.uniform_weight = stored(*r.spec, weight->value);
  if (const auto* delay = std::get_if<Constant>(&r.spec->delay_ms)) {
    group.delay = duration_from_ms(delay->value);
  } else {
    group.delay_resolution = r.spec->delay_resolution;
  }
  return group;
}

absl::Status fits(const ConnectRequest& r, std::uint64_t synapses) {
  if (synapses <= GroupBuilder::kMostSynapses) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrFormat(
      "projection %s: %d synapses into the slice of %d neurons from %d on, must be at most %d; make slices "
      "smaller (`slice_size`)",
      projection_name(*r.spec), synapses, r.count, r.first, GroupBuilder::kMostSynapses));
}

// Rules whose streams belong to targets: only the slice's own are drawn.
absl::StatusOr<SynapseGroup> connect_targets(const ConnectRequest& r) {
  const std::unique_ptr<PartnerDraw> sources = make_partner_draw(r);
  GroupBuilder builder(header_of(r), r.source_size);
  for (std::uint32_t t = 0; t < r.count; ++t) builder.count(sources->of(r.first + t));
  ValueDraw values(r);
  if (absl::Status s = fits(r, builder.synapses()); !s.ok()) return s;
  builder.start_placing(values.draws_weights(), values.draws_delays());
  for (std::uint32_t t = 0; t < r.count; ++t) {
    const std::span<const std::uint32_t> drawn = sources->of(r.first + t);
    builder.place(drawn, static_cast<std::uint16_t>(t), values.of(r.first + t, drawn.size()));
  }
  if (absl::Status s = values.status(); !s.ok()) return s;
  return builder.finish(/*targets_ascend=*/true);
}

// Rules whose streams belong to sources: every slice draws all of them and keeps its part.
absl::StatusOr<SynapseGroup> connect_sources(const ConnectRequest& r) {
  const std::unique_ptr<PartnerDraw> targets = make_partner_draw(r);
  GroupBuilder builder(header_of(r), r.source_size);
  for (std::uint32_t s = 0; s < r.source_size; ++s) {
    for (const std::uint32_t target : targets->of(s)) {
      if (target - r.first < r.count) builder.count(s);
    }
  }
  ValueDraw values(r);
  if (absl::Status s = fits(r, builder.synapses()); !s.ok()) return s;
  builder.start_placing(values.draws_weights(), values.draws_delays());
  for (std::uint32_t s = 0; s < r.source_size; ++s) {
    const std::span<const std::uint32_t> drawn = targets->of(s);
    const SynapseValues value = values.of(s, drawn.size());
    for (std::size_t k = 0; k < drawn.size(); ++k) {
      const std::uint32_t target = drawn[k] - r.first;
      if (target >= r.count) continue;
      builder.place(s, static_cast<std::uint16_t>(target), value.weight.empty() ? 0 : value.weight[k],
                    value.delay_step.empty() ? std::uint16_t{0} : value.delay_step[k]);
    }
  }
  if (absl::Status s = values.status(); !s.ok()) return s;
  return builder.finish(/*targets_ascend=*/false);
}

// Explicit edges. Whether weights and delays are uniform, and the delays' common step, is decided over all edges, so
// that every slice decides alike.
absl::StatusOr<SynapseGroup> connect_edges(const ConnectRequest& r, const std::vector<Edge>& edges) {
  SynapseGroup header = header_of(r);
  bool one_weight = true, one_delay = true;
  std::int64_t resolution = 0;
  for (const Edge& edge : edges) {
    one_weight &= edge.weight == edges.front().weight;
    one_delay &= edge.delay == edges.front().delay;
    resolution = std::gcd(resolution, edge.delay.count());
  }
  header.uniform_weight = one_weight && !edges.empty() ? stored(*r.spec, edges.front().weight) : 0;
  header.delay = one_delay && !edges.empty() ? edges.front().delay : Duration{0};
  header.delay_resolution = Duration{one_delay ? 0 : resolution};

  GroupBuilder builder(std::move(header), r.source_size);
  for (const Edge& edge : edges) {
    if (edge.target - r.first < r.count) builder.count(edge.source);
  }
  if (absl::Status s = fits(r, builder.synapses()); !s.ok()) return s;
  builder.start_placing(!one_weight, !one_delay);
  for (const Edge& edge : edges) {
    const std::uint32_t target = edge.target - r.first;
    if (target >= r.count) continue;
    builder.place(edge.source, static_cast<std::uint16_t>(target), static_cast<float>(stored(*r.spec, edge.weight)),
                  one_delay ? std::uint16_t{0} : static_cast<std::uint16_t>(edge.delay.count() / resolution));
  }
  return builder.finish(/*targets_ascend=*/false);
}

}  // namespace

absl::StatusOr<SynapseGroup> connect(const ConnectRequest& request) {
  const ProjectionSpec& spec = *request.spec;
  const std::vector<std::string> problems =
      connection_problems(spec, request.source_size, request.target_size, request.same_population);
  if (!problems.empty()) return absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
  if (const auto* edges = std::get_if<Explicit>(&spec.rule)) return connect_edges(request, edges->edges);
  if (std::holds_alternative<FixedOutdegree>(spec.rule)) return connect_sources(request);
  return connect_targets(request);
}

}  // namespace volley
