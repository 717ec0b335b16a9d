// Synapses of a projection onto loihi_cuba that learn in the chip's integers, by a rule given as a sum of products.
//
// What a synapse sees: its own spikes in the epochs in which they are sent, the target's in those in which they are
// fired. (On the chip a delay lies in the dendrite, behind the synapse; so, unlike other rules, this one knows the
// target's spike without a delay.) A spike delivers the weight of the last epoch that had ended when it was sent.
//
// A synapse is lazy: when it is touched it goes through the epochs since its last touch. Those in which every product
// is 0, because neither neuron has traces and there is no reward, are skipped. Rewards are pulses of the projection's
// modulators: on the chip a core has one such trace for all its synapses, here a projection has. A weight is mantissa *
// 2^(6 + w_exp), as models/loihi_weights.h has it, and is kept as the float that is delivered, which is exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/plasticity.h"
#include "learning/loihi_epochs.h"
#include "learning/row_runs.h"

namespace volley {

class LoihiSynapses final : public PlasticSynapses {
 public:
  static RuleInfo info();
  static std::vector<std::string> problems(const ResolvedParameters& p);
  // InvalidArgument for weights that the chip cannot store.
  static absl::StatusOr<std::unique_ptr<LoihiSynapses>> make(const RuleRequest& request, SynapseGroup& group);

  void deliver(const Arrival& arrival, SynapseGroup& group) override;
  Time last_delivery(const Arrival& arrival) const override {
    return runs_[index_.of(arrival.neuron, arrival.begin)].delivered;
  }
  void fired(std::span<const Spike> spikes, std::uint32_t first) override;
  void modulate(Time at, double strength) override { rewards_.pulse(epoch_of(at), strength); }
  void settle(Time now, SynapseGroup& group) override;
  double weight(std::size_t k, const SynapseGroup& group) const override {
    return static_cast<double>(group.weight[k]);
  }
  // Rounds to what is stored.
  void set_weight(std::size_t k, double weight, SynapseGroup& group) override;
  void freeze(bool frozen) override { frozen_ = frozen; }
  std::size_t bytes() const override;

 private:
  struct Run {
    LoihiEpoch next = 0;  // the first epoch that was not replayed
    LoihiTraceValues traces;
    std::uint32_t own_spikes = 0;  // in epoch `next`
    Time delivered = kNever;
  };
  struct OwnItem {
    LoihiEpoch epoch;
    LoihiTraceValues values;
  };

  LoihiSynapses(const RuleRequest& request, const SynapseGroup& group);

  LoihiEpoch epoch_of(Time at) const { return (at - kStart) / epoch_; }
  void replay(std::size_t run, std::uint32_t source, const RowRuns::Run& where, LoihiEpoch end, SynapseGroup& group);
  void change(std::size_t k, std::uint32_t source, LoihiEpoch epoch, LoihiValues& values, SynapseGroup& group);
  void trim(Time now, SynapseGroup& group);

  Duration epoch_, step_;
  LoihiRule weight_rule_, tag_rule_;
  bool always_ = false;        // some product is not 0 when both neurons are quiet
  bool at_post_ = false;       // some product is not 0 when the source is quiet
  bool at_reward_ = false;     // some product is not 0 when both neurons are, but the reward trace is not
  bool reads_reward_ = false;  // some product has the reward trace in it
  LoihiStoredWeight stored_;
  double unit_;  // of a mantissa
  bool frozen_;
  std::uint32_t first_;
  PhiloxKey key_;
  LoihiTraces own_traces_, target_traces_;
  LoihiRewards rewards_;
  RowRuns index_;
  std::vector<Run> runs_;
  std::vector<LoihiHistory> history_;
  std::size_t items_ = 0, most_items_;
  bool untaken_ = false;  // rows were delivered that the slice has not walked: only those that are delivered may change
  std::vector<std::int16_t> tags_;                        // only if a rule reads or changes them
  std::unordered_map<std::size_t, std::uint64_t> twins_;  // of synapses that are not the first of their pair: which
  std::vector<OwnItem> own_;                              // of the run that is replayed
};

}  // namespace volley
