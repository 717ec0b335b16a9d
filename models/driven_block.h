// A block of external Poisson input as a population in decay frames sees it: which neurons are its own, and the frame's
// factor of every event. Where a batch of events is short beside tau its factors are computed together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "engine/poisson_stream.h"
#include "engine/time.h"

namespace volley {

// Not thread safe: a slice's own.
class DrivenBlock {
 public:
  static constexpr std::size_t kBatch = PoissonBlock::kBatch;

  // `offset`: slice-local index of the block's neuron 0, negative when it lies before the slice. Neurons outside
  // [begin, end) belong to another slice.
  DrivenBlock(PoissonBlock stream, double weight, double tau_ps, std::int32_t offset, std::int32_t size,
              std::int32_t begin, std::int32_t end)
      : stream_(std::move(stream)),
        weight_(weight),
        tau_ps_(tau_ps),
        offset_(offset),
        begin_(begin),
        end_(end),
        whole_(begin <= offset && offset + size <= end) {
    look_at_batch();
  }

  Time next_time() const { return stream_.next_time(); }
  double weight() const { return weight_; }
  std::int32_t offset() const { return offset_; }
  std::span<const std::int64_t> at() const { return stream_.at(); }
  std::span<const std::uint16_t> neuron() const { return stream_.neuron(); }
  bool owns(std::int32_t neuron) const { return neuron >= begin_ && neuron < end_; }
  bool is_whole() const { return whole_; }

  void consume(std::size_t count) {
    if (stream_.consume(count)) look_at_batch();
  }

  // Whether the batch at hand spans less than tau / 128, so that its factors are computed together.
  bool is_short() const { return short_; }

  // Factors of the events at hand: one exact, and a Taylor polynomial around it (x < 2^-7 leaves x^6/720 < 4e-16). A
  // batch is the stream's own, so the result does not depend on slices or windows. REQUIRES: is_short().
  template <class Frame>
  const double* factors(const Frame& frame) {
    if (!has_factors_) {
      const std::span<const std::int64_t> at = stream_.batch();
      const double first = frame.factor(Time{Duration{at[0]}});
      const double scale = 1.0 / tau_ps_;
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
  void look_at_batch() {
    has_factors_ = false;
    const std::span<const std::int64_t> at = stream_.batch();
    const double span = at.empty() ? 0 : static_cast<double>(at.back() - at.front());
    short_ = span * 128 < tau_ps_ && span < 0x1p31;
  }

  PoissonBlock stream_;
  double weight_;
  double tau_ps_;
  std::int32_t offset_, begin_, end_;
  bool whole_;
  bool short_ = false;
  bool has_factors_ = false;
  std::array<double, kBatch> factor_{};
};

}  // namespace volley
