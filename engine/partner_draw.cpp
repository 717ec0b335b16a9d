#include "engine/partner_draw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/elementary.h"

namespace volley {
namespace {

constexpr std::uint64_t kWholeProjection = std::numeric_limits<std::uint64_t>::max();  // item of fixed_total's split

BulkRandomStream stream_of(PhiloxKey key, std::uint32_t neuron) { return {key, neuron}; }

class EveryNeuron : public PartnerDraw {
 public:
  EveryNeuron(std::uint32_t size, bool without_self) : without_self_(without_self), all_(size) {
    std::iota(all_.begin(), all_.end(), 0u);
  }
  std::span<const std::uint32_t> of(std::uint32_t neuron) override {
    if (!without_self_) return all_;
    // One scratch list would do; moving the gap from the last neuron to this one touches less.
    while (gap_ < neuron && gap_ + 1 < all_.size()) all_[gap_] = gap_, ++gap_;
    while (gap_ > neuron) --gap_, all_[gap_] = gap_ + 1;
    return {all_.data(), all_.size() - 1};
  }

 private:
  bool without_self_;
  std::vector<std::uint32_t> all_;  // without self: the first size - 1 entries skip `gap_`
  std::uint32_t gap_ = static_cast<std::uint32_t>(all_.size()) - 1;
};

class SameIndex : public PartnerDraw {
 public:
  std::span<const std::uint32_t> of(std::uint32_t neuron) override {
    neuron_ = neuron;
    return {&neuron_, 1};
  }

 private:
  std::uint32_t neuron_ = 0;
};

class FixedDegree : public PartnerDraw {
 public:
  FixedDegree(PhiloxKey key, NeuronPool pool, std::uint32_t degree)
      : key_(key), pool_(std::move(pool)), degree_(degree) {}
  std::span<const std::uint32_t> of(std::uint32_t neuron) override {
    return pool_.draw(stream_of(key_, neuron), degree_, neuron);
  }

 private:
  PhiloxKey key_;
  NeuronPool pool_;
  std::uint32_t degree_;
};

class GivenDegrees : public PartnerDraw {
 public:
  GivenDegrees(PhiloxKey key, NeuronPool pool, std::vector<std::uint32_t> degrees)
      : key_(key), pool_(std::move(pool)), degrees_(std::move(degrees)) {}
  std::span<const std::uint32_t> of(std::uint32_t neuron) override {
    return pool_.draw(stream_of(key_, neuron), degrees_[neuron], neuron);
  }

 private:
  PhiloxKey key_;
  NeuronPool pool_;
  std::vector<std::uint32_t> degrees_;
};

// A Bernoulli trial for every pair, by jumping from success to success.
class BernoulliPairs : public PartnerDraw {
 public:
  // REQUIRES: 0 < probability < 1.
  BernoulliPairs(PhiloxKey key, std::uint32_t available, bool without_self, double probability)
      : key_(key),
        available_(available),
        without_self_(without_self),
        log_one_minus_p_(log1p_portable(-probability)),
        found_(available) {}

  std::span<const std::uint32_t> of(std::uint32_t neuron) override {
    BulkRandomStream stream = stream_of(key_, neuron);
    std::size_t found = 0;
    double at = 0;
    while (at < available_) {
      stream.fill_geometric(log_one_minus_p_, gap_);
      for (const double gap : gap_) {
        at += gap;
        if (at >= available_) break;
        found_[found++] = static_cast<std::uint32_t>(at);
        at += 1;
      }
    }
    const std::span<std::uint32_t> sources(found_.data(), found);
    if (without_self_) {
      for (std::uint32_t& source : sources) source += source >= neuron;
    }
    return sources;
  }

 private:
  PhiloxKey key_;
  double available_;
  bool without_self_;
  double log_one_minus_p_;
  std::array<double, 64> gap_{};
  std::vector<std::uint32_t> found_;
};

std::uint32_t extreme(const std::vector<std::uint32_t>& v, bool largest) {
  return v.empty() ? 0 : largest ? *std::max_element(v.begin(), v.end()) : *std::min_element(v.begin(), v.end());
}

// Adds `missing` pairs, uniformly among those not chosen yet: a target in proportion to its free sources.
void add_pairs(RandomStream& stream, std::uint64_t missing, std::uint32_t sources, std::vector<std::uint32_t>& degree) {
  const std::uint32_t most_free = sources - extreme(degree, false);
  while (missing > 0) {
    std::uint32_t& d = degree[stream.next_below(static_cast<std::uint32_t>(degree.size()))];
    if (stream.next_below(most_free) < sources - d) ++d, --missing;
  }
}

// Takes `surplus` pairs away, uniformly among the chosen ones.
void remove_pairs(RandomStream& stream, std::uint64_t surplus, std::vector<std::uint32_t>& degree) {
  const std::uint32_t most_taken = extreme(degree, true);
  while (surplus > 0) {
    std::uint32_t& d = degree[stream.next_below(static_cast<std::uint32_t>(degree.size()))];
    if (stream.next_below(most_taken) < d) --d, --surplus;
  }
}

}  // namespace

std::span<const std::uint32_t> NeuronPool::draw(BulkRandomStream stream, std::uint32_t count, std::uint32_t self) {
  drawn_.resize(count);
  if (count == 0) return drawn_;
  if (with_replacement_) {
    stream.fill_below(available(), drawn_);
  } else {
    draw_distinct(stream, count);
  }
  if (without_self_) {
    for (std::uint32_t& neuron : drawn_) neuron += neuron >= self;
  }
  return drawn_;
}

void NeuronPool::draw_distinct(BulkRandomStream& stream, std::uint32_t count) {
  const std::uint32_t n = available();
  marked_.resize((std::size_t{n} + 63) / 64);
  // Rejection stays cheap while at least half of the pool is free: beyond that, draw those to leave out.
  if (count <= n / 2) {
    draw_unmarked(stream, count);
    for (const std::uint32_t neuron : drawn_) marked_[neuron / 64] = 0;
    return;
  }
  draw_unmarked(stream, n - count);
  drawn_.clear();
  for (std::uint32_t neuron = 0; neuron < n; ++neuron) {
    if ((marked_[neuron / 64] >> neuron % 64 & 1) == 0) drawn_.push_back(neuron);
  }
  std::fill(marked_.begin(), marked_.end(), 0);
}

// The first `count` distinct neurons of the stream, marked.
void NeuronPool::draw_unmarked(BulkRandomStream& stream, std::uint32_t count) {
  drawn_.resize(count);
  for (std::uint32_t kept = 0; kept < count;) {
    const std::uint32_t drawn_before = kept;
    stream.fill_below(available(), std::span(drawn_).subspan(drawn_before));
    for (std::uint32_t i = drawn_before; i < count; ++i) {
      const std::uint32_t neuron = drawn_[i];
      std::uint64_t& word = marked_[neuron / 64];
      const std::uint64_t bit = std::uint64_t{1} << neuron % 64;
      drawn_[kept] = neuron;
      kept += (word & bit) == 0;
      word |= bit;
    }
  }
}

std::vector<std::uint32_t> split_total(RandomStream stream, std::uint64_t total, std::uint32_t targets,
                                       std::uint32_t sources, bool with_replacement) {
  std::vector<std::uint32_t> degree(targets);
  if (with_replacement) {
    // What is left, split between one target and all later ones.
    for (std::uint32_t t = 0; t < targets; ++t) {
      const std::uint64_t here = stream.next_binomial(total, 1.0 / (targets - t));
      // More than 32 bits is more than a group can hold; connect() says so when it counts.
      degree[t] = static_cast<std::uint32_t>(std::min<std::uint64_t>(here, std::numeric_limits<std::uint32_t>::max()));
      total -= here;
    }
    return degree;
  }
  // Independent trials of all pairs give a uniform set of nearly the right size; adding or removing uniform pairs makes
  // the size right and keeps the set uniform. Only the sizes per target are followed.
  const double pairs = static_cast<double>(targets) * sources;
  const double probability = pairs > 0 ? static_cast<double>(total) / pairs : 0;
  std::uint64_t chosen = 0;
  for (std::uint32_t& d : degree) {
    d = static_cast<std::uint32_t>(stream.next_binomial(sources, probability));
    chosen += d;
  }
  if (chosen < total) add_pairs(stream, total - chosen, sources, degree);
  if (chosen > total) remove_pairs(stream, chosen - total, degree);
  return degree;
}

std::unique_ptr<PartnerDraw> make_partner_draw(const ConnectRequest& r) {
  const ProjectionSpec& spec = *r.spec;
  const PhiloxKey key = philox_key({r.seed, Purpose::kConnect, r.projection});
  const bool without_self = r.same_population && !spec.autapses;
  const NeuronPool sources(r.source_size, without_self, spec.multapses);

  struct Make {
    const ConnectRequest& r;
    PhiloxKey key;
    bool without_self;
    const NeuronPool& sources;

    std::unique_ptr<PartnerDraw> operator()(const AllToAll&) const {
      return std::make_unique<EveryNeuron>(r.source_size, without_self);
    }
    std::unique_ptr<PartnerDraw> operator()(const OneToOne&) const { return std::make_unique<SameIndex>(); }
    std::unique_ptr<PartnerDraw> operator()(const FixedIndegree& rule) const {
      return std::make_unique<FixedDegree>(key, sources, rule.indegree);
    }
    std::unique_ptr<PartnerDraw> operator()(const FixedOutdegree& rule) const {
      const NeuronPool targets(r.target_size, without_self, r.spec->multapses);
      return std::make_unique<FixedDegree>(key, targets, rule.outdegree);
    }
    std::unique_ptr<PartnerDraw> operator()(const PairwiseBernoulli& rule) const {
      if (rule.probability <= 0) return std::make_unique<FixedDegree>(key, sources, 0);
      if (rule.probability >= 1) return (*this)(AllToAll{});
      return std::make_unique<BernoulliPairs>(key, sources.available(), without_self, rule.probability);
    }
    std::unique_ptr<PartnerDraw> operator()(const FixedTotal& rule) const {
      return std::make_unique<GivenDegrees>(key, sources,
                                            split_total(RandomStream(key, kWholeProjection), rule.count, r.target_size,
                                                        sources.available(), r.spec->multapses));
    }
    std::unique_ptr<PartnerDraw> operator()(const Explicit&) const { return nullptr; }
  };
  return std::visit(Make{r, key, without_self, sources}, spec.rule);
}

}  // namespace volley
