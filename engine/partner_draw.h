// The partners of one neuron under a rule that draws: for most rules the sources of a target, for fixed_outdegree the
// targets of a source.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/connect.h"
#include "engine/random.h"

namespace volley {

// Draws neurons out of a pool {0, ..., size - 1}, with or without replacement, one of them possibly left out.
class NeuronPool {
 public:
  NeuronPool(std::uint32_t size, bool without_self, bool with_replacement)
      : size_(size), without_self_(without_self), with_replacement_(with_replacement) {}

  // How many neurons there are to choose from.
  std::uint32_t available() const { return size_ - (without_self_ ? 1 : 0); }

  // `count` neurons, valid until the next call. `self` is left out if the pool is without self.
  // REQUIRES: available() > 0 if count > 0; count <= available() unless with replacement.
  std::span<const std::uint32_t> draw(BulkRandomStream stream, std::uint32_t count, std::uint32_t self);

 private:
  void draw_distinct(BulkRandomStream& stream, std::uint32_t count);
  void draw_unmarked(BulkRandomStream& stream, std::uint32_t count);

  std::uint32_t size_;
  bool without_self_;
  bool with_replacement_;
  std::vector<std::uint32_t> drawn_;
  std::vector<std::uint64_t> marked_;  // one bit per neuron; all clear between calls
};

// Virtual once per neuron; the draws inside are in batches. Not thread safe.
class PartnerDraw {
 public:
  virtual ~PartnerDraw() = default;
  // The same numbers at every call, in the order of the neuron's synapses; valid until the next call.
  virtual std::span<const std::uint32_t> of(std::uint32_t neuron) = 0;
};

// The sources of a target under any rule but fixed_outdegree and explicit edges; the targets of a source under
// fixed_outdegree. REQUIRES: connection_problems() is empty, the rule is not Explicit.
std::unique_ptr<PartnerDraw> make_partner_draw(const ConnectRequest& request);

// How many synapses every target gets when `total` synapses are drawn uniformly from all (source, target) pairs, each
// target having `sources` of them: a multinomial with replacement, a multivariate hypergeometric without.
// O(targets + sqrt(total)). REQUIRES: total <= targets * sources without replacement; sources > 0 unless total == 0.
std::vector<std::uint32_t> split_total(RandomStream stream, std::uint64_t total, std::uint32_t targets,
                                       std::uint32_t sources, bool with_replacement);

}  // namespace volley
