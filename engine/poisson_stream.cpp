#include "engine/poisson_stream.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace volley {
namespace {

// -ln((k + 1/2) / 2^22) for a 22-bit k, in single precision: relative error below 1e-6, far below the gap's resolution.
inline float minus_log_22(std::uint32_t k) {
  const float u = (static_cast<float>(static_cast<std::int32_t>(k)) + 0.5f) * 0x1p-22f;  // exact
  // u = m 2^e, m in [1, 2) brought to [0.707, 1.414): ln m = 2 atanh(s), s = (m - 1)/(m + 1).
  const std::int32_t bits = std::bit_cast<std::int32_t>(u);
  const std::int32_t shifted = bits - 0x3f3504f3;  // the float nearest sqrt(1/2)
  const std::int32_t e = shifted >> 23;
  const float m = std::bit_cast<float>((shifted & 0x007fffff) + 0x3f3504f3);
  const float s = (m - 1.0f) / (m + 1.0f);
  const float z = s * s;
  float p = 1.0f / 9.0f;
  p = p * z + 1.0f / 7.0f;
  p = p * z + 1.0f / 5.0f;
  p = p * z + 1.0f / 3.0f;
  p = p * z + 1.0f;
  return -(static_cast<float>(e) * 0.693147181f + 2.0f * s * p);
}

// Nearest integer of a double in [0, 2^51) by adding 1.5 * 2^52: vectorises where a conversion instruction is missing.
inline std::int64_t to_integer(double x) {
  constexpr double kMagic = 0x1.8p52;
  return std::bit_cast<std::int64_t>(x + kMagic) - std::bit_cast<std::int64_t>(kMagic);
}

constexpr double kLongestGapPs = 0x1p50;  // 18 minutes; a longer one is cut into pieces by the piecewise path

}  // namespace

PoissonBlock::PoissonBlock(StreamKey key, std::uint32_t block, std::uint32_t range_size, std::vector<Step> rate_hz)
    : key_(philox_key(key)),
      item_(block),
      neurons_(std::min(kPoissonBlock, range_size - block * kPoissonBlock)),
      slots_(std::bit_ceil(neurons_)),
      rate_hz_(std::move(rate_hz)) {
  if (rate_hz_.empty() || rate_hz_.front().since > kStart) rate_hz_.insert(rate_hz_.begin(), Step{kStart, 0});
  while (segment_ + 1 < rate_hz_.size() && rate_hz_[segment_ + 1].since <= kStart) ++segment_;
  refill();
}

bool PoissonBlock::consume(std::size_t count) {
  next_ += count;
  if (next_ < size_ || ended_) return false;
  refill();
  return true;
}

void PoissonBlock::refill() {
  do {
    std::array<float, kBatch> gap;
    const std::uint32_t mask = slots_ - 1;
    for (std::size_t e = 0; e < kBatch; e += 32) {
      std::uint32_t word[4][8];
      philox_lanes(key_, item_, group_ * 8, word);
      ++group_;
      for (std::size_t w = 0; w < 4; ++w) {
        for (std::size_t l = 0; l < 8; ++l) {
          gap[e + 8 * w + l] = minus_log_22(word[w][l] >> 10);
          neuron_[e + 8 * w + l] = static_cast<std::uint16_t>(word[w][l] & mask);
        }
      }
    }
    next_ = 0;
    size_ = kBatch;
    const double rate = rate_hz_[segment_].value * slots_;
    if (segment_ + 1 == rate_hz_.size() && rate > 0 && 16e12 / rate < kLongestGapPs) {
      gaps_to_times(gap);
    } else {
      gaps_to_times_piecewise(gap);
    }
    if (neurons_ < slots_) drop_missing_neurons();
  } while (size_ == 0 && !ended_);
}

void PoissonBlock::gaps_to_times(const std::array<float, kBatch>& gap) {
  const double mean_ps = 1e12 / (rate_hz_[segment_].value * slots_);
  for (std::size_t e = 0; e < kBatch; ++e) at_[e] = to_integer(static_cast<double>(gap[e]) * mean_ps);
  std::int64_t clock = clock_ps_;
  for (std::size_t e = 0; e < kBatch; ++e) at_[e] = clock += at_[e];
  clock_ps_ = clock;
  if (clock > std::int64_t{1} << 62) {  // close to the end of representable time
    ended_ = true;
    size_ = static_cast<std::size_t>(std::upper_bound(at_.begin(), at_.end(), std::int64_t{1} << 62) - at_.begin());
  }
}

// The unit-rate process runs in operational time: a gap is used up at the rate of the segment that it crosses.
void PoissonBlock::gaps_to_times_piecewise(const std::array<float, kBatch>& gap) {
  for (std::size_t e = 0; e < kBatch; ++e) {
    double left = gap[e];
    for (;;) {
      const double rate_per_ps = rate_hz_[segment_].value * slots_ * 1e-12;
      const bool last = segment_ + 1 == rate_hz_.size();
      const double need_ps = rate_per_ps > 0 ? left / rate_per_ps : 1e300;
      const double room_ps =
          last ? 0x1p62 - static_cast<double>(clock_ps_)
               : static_cast<double>(rate_hz_[segment_ + 1].since.time_since_epoch().count() - clock_ps_);
      if (need_ps < room_ps) {
        clock_ps_ += std::llround(need_ps);
        break;
      }
      if (last) {
        ended_ = true;
        size_ = e;
        return;
      }
      left -= room_ps * rate_per_ps;
      clock_ps_ = rate_hz_[++segment_].since.time_since_epoch().count();
    }
    at_[e] = clock_ps_;
  }
}

void PoissonBlock::drop_missing_neurons() {
  std::size_t kept = 0;
  for (std::size_t e = 0; e < size_; ++e) {
    at_[kept] = at_[e];
    neuron_[kept] = neuron_[e];
    kept += neuron_[e] < neurons_;
  }
  size_ = kept;
}

PoissonStream::PoissonStream(StreamKey key, std::uint32_t range_size, std::uint32_t begin, std::uint32_t end,
                             const std::vector<Step>& rate_hz)
    : begin_(begin), end_(end), first_block_(begin / kPoissonBlock) {
  for (std::uint32_t block = first_block_; begin < end && block <= (end - 1) / kPoissonBlock; ++block) {
    blocks_.emplace_back(key, block, range_size, rate_hz);
    skip_foreign(blocks_.size() - 1);
  }
  find_head();
}

// Skips events of neurons outside [begin, end), which another slice takes.
void PoissonStream::skip_foreign(std::size_t block) {
  const std::uint32_t base = (first_block_ + static_cast<std::uint32_t>(block)) * kPoissonBlock;
  while (blocks_[block].next_time() != kNever) {
    const std::uint32_t neuron = base + blocks_[block].neuron().front();
    if (neuron >= begin_ && neuron < end_) return;
    blocks_[block].consume(1);
  }
}

void PoissonStream::find_head() {
  head_ = {kNever, 0};
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    if (blocks_[block].next_time() >= head_.at) continue;
    const std::uint32_t base = (first_block_ + static_cast<std::uint32_t>(block)) * kPoissonBlock;
    head_ = {blocks_[block].next_time(), base + blocks_[block].neuron().front() - begin_};
    head_block_ = block;
  }
}

PoissonStream::Event PoissonStream::pop() {
  const Event event = head_;
  blocks_[head_block_].consume(1);
  skip_foreign(head_block_);
  find_head();
  return event;
}

}  // namespace volley
