// A block of external Poisson input as a population in decay frames sees it: which neurons are its own, and the
// frames' factors of every event.
//
// A batch of the stream is cut into chunks that are short beside the shortest time constant, so that the factors of a
// chunk are computed together. Chunks depend on the stream alone, so no result depends on windows or slices.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/model.h"
#include "engine/poisson_stream.h"
#include "engine/time.h"

namespace volley {

// In `Frames` decay frames. Not thread safe: a slice's own.
template <std::size_t Frames>
class DrivenBlock {
 public:
  // `offset`: slice-local index of the block's neuron 0, negative when it lies before the slice. Neurons outside
  // [begin, end) belong to another slice.
  DrivenBlock(PoissonBlock stream, double weight, std::array<double, Frames> tau_ps, std::int32_t offset,
              std::int32_t size, std::int32_t begin, std::int32_t end)
      : stream_(std::move(stream)),
        weight_(weight),
        offset_(offset),
        begin_(std::max(begin, offset)),
        end_(std::min(end, offset + size)),
        whole_(begin <= offset && offset + size <= end) {
    for (std::size_t k = 0; k < Frames; ++k) scale_[k] = 1.0 / tau_ps[k];
    longest_ = static_cast<std::int64_t>(std::clamp(*std::ranges::min_element(tau_ps) / 128, 1.0, 0x1p31));
    begin_chunk();
  }

  Time next_time() const { return stream_.next_time(); }
  double weight() const { return weight_; }
  std::int32_t offset() const { return offset_; }
  // Slice-local neurons that it drives: [begin, end).
  std::int32_t begin() const { return begin_; }
  std::int32_t end() const { return end_; }
  bool owns(std::int32_t neuron) const { return neuron >= begin_ && neuron < end_; }
  bool is_whole() const { return whole_; }

  // What is left of the chunk at hand; never empty unless the stream has ended.
  std::span<const std::int64_t> at() const { return stream_.at().first(chunk_end_ - stream_.consumed()); }
  const std::uint16_t* neuron() const { return stream_.neuron().data(); }
  // How many of those events lie before `limit`.
  std::size_t count_before(Time limit) const {
    const std::span<const std::int64_t> times = at();
    std::size_t e = 0;
    while (e < times.size() && times[e] < limit.time_since_epoch().count()) ++e;
    return e;
  }
  // Of those events, in frame k. REQUIRES: prepare().
  const double* factor(std::size_t k) const { return factor_[k].data() + stream_.consumed(); }

  // Drops the first `count` events at hand.
  void consume(std::size_t count) {
    if (stream_.consume(count) || stream_.consumed() == chunk_end_) begin_chunk();
  }

  // Computes the chunk's factors, and returns true, unless they are known. A factor is an exact one at the chunk's
  // start times a Taylor polynomial (x < 2^-7 leaves x^6/720 < 4e-16). REQUIRES: the frames' bases are those of
  // next_time().
  template <class... Frame>
  bool prepare(const Frame&... frame) requires(sizeof...(Frame) == Frames) {
    if (has_factors_) return false;
    const std::array<double, Frames> first{frame.factor(chunk_start())...};
    for (std::size_t k = 0; k < Frames; ++k) compute(factor_[k], scale_[k], first[k]);
    return has_factors_ = true;
  }
  Time chunk_start() const { return Time{Duration{stream_.batch()[chunk_begin_]}}; }

  // A base has moved. Factors computed again differ by a power of two, so nothing else changes.
  void forget() { has_factors_ = false; }

 private:
  void begin_chunk() {
    has_factors_ = false;
    chunk_begin_ = stream_.consumed();
    const std::span<const std::int64_t> at = stream_.batch();
    chunk_end_ = at.size();
    if (chunk_begin_ == chunk_end_ || at.back() - at[chunk_begin_] < longest_) return;
    const auto from = at.begin() + static_cast<std::ptrdiff_t>(chunk_begin_);
    chunk_end_ = static_cast<std::size_t>(std::lower_bound(from, at.end(), *from + longest_) - at.begin());
  }

  void compute(std::array<double, PoissonBlock::kBatch>& factor, double scale, double first) {
    const std::int64_t* const at = stream_.batch().data();
    const std::int64_t start = at[chunk_begin_];
    for (std::size_t e = chunk_begin_; e < chunk_end_; ++e) {
      const double x = static_cast<double>(static_cast<std::int32_t>(at[e] - start)) * scale;
      factor[e] = first * (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120))))));
    }
  }

  PoissonBlock stream_;
  double weight_;
  std::array<double, Frames> scale_;
  std::int64_t longest_;  // ps, of a chunk
  std::int32_t offset_, begin_, end_;
  bool whole_;
  bool has_factors_ = false;
  std::size_t chunk_begin_ = 0, chunk_end_ = 0;  // positions in the batch
  std::array<std::array<double, PoissonBlock::kBatch>, Frames> factor_{};
};

// Calls add(stream, drive, offset, size) for every block of every Poisson drive of the request, drive after drive.
// `offset` and `size` as DrivenBlock takes them. Blocks count from the start of the drive's range, which may lie in an
// earlier slice.
template <class Add>
void for_each_driven_block(const SliceRequest& request, Add add) {
  for (const SliceDrive& drive : request.drives) {
    const auto* poisson = std::get_if<PoissonDrive>(&drive.spec->kind);
    if (poisson == nullptr || drive.begin == drive.end) continue;
    const std::uint32_t first = drive.spec->range.first;
    const std::uint32_t size = drive.spec->range.count.value_or(request.spec->size - first);
    const std::uint32_t begin = request.first + drive.begin - first, end = request.first + drive.end - first;
    for (std::uint32_t b = begin / kPoissonBlock; b <= (end - 1) / kPoissonBlock; ++b) {
      PoissonBlock stream({request.seed, Purpose::kPoissonDrive, drive.id}, b, size, poisson->rate_hz);
      const std::int64_t offset = std::int64_t{first} + b * kPoissonBlock - request.first;
      add(std::move(stream), drive, *poisson, static_cast<std::int32_t>(offset),
          static_cast<std::int32_t>(std::min(kPoissonBlock, size - b * kPoissonBlock)));
    }
  }
}

// Blocks of several drives meet at the same neurons: sorts them into groups that share none, blocks of a group in the
// order of their drives.
template <class Block>
std::vector<std::vector<Block>> grouped(std::vector<Block> blocks) {
  std::vector<std::vector<Block>> groups;
  std::vector<std::size_t> order(blocks.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  std::ranges::stable_sort(order, {}, [&](std::size_t k) { return blocks[k].begin(); });
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    std::int32_t end = blocks[order[first]].end();
    for (; last < order.size() && blocks[order[last]].begin() < end; ++last) {
      end = std::max(end, blocks[order[last]].end());
    }
    std::sort(order.begin() + static_cast<std::ptrdiff_t>(first), order.begin() + static_cast<std::ptrdiff_t>(last));
    groups.emplace_back();
    for (; first < last; ++first) groups.back().push_back(std::move(blocks[order[first]]));
  }
  return groups;
}

}  // namespace volley
