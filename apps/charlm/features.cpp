#include "apps/charlm/features.h"

#include <algorithm>
#include <vector>

#include "apps/charlm/model_a.h"

namespace volley::charlm {
namespace {

constexpr std::size_t kSummed = 20;  // characters

class ReservoirStream final : public FeatureStream {
 public:
  ReservoirStream(Reservoir reservoir, bool with_sums) : reservoir_(std::move(reservoir)), with_sums_(with_sums) {}

  std::size_t columns() const override { return reservoir_.neurons * (with_sums_ ? 3 : 2); }
  std::uint64_t dense_operations() const override { return 0; }
  absl::StatusOr<Activity> run(std::span<const Symbol> symbols, const FeatureVisitor& visit) const override {
    const std::size_t n = reservoir_.neurons;
    std::vector<double> row(columns());
    std::vector<std::uint32_t> recent(with_sums_ ? kSummed * n : 0);  // counts of the last characters, a ring
    const std::vector<std::uint32_t> rows(symbols.begin(), symbols.end());
    return run_reservoir(reservoir_, rows, 0, [&](const CharacterState& state) {
      for (std::size_t i = 0; i < n; ++i) row[i] = state.spikes[i];
      std::copy(state.potential.begin(), state.potential.end(), row.begin() + static_cast<std::ptrdiff_t>(n));
      if (with_sums_) {
        std::uint32_t* const oldest = recent.data() + state.index % kSummed * n;
        for (std::size_t i = 0; i < n; ++i) {
          row[2 * n + i] += static_cast<double>(state.spikes[i]) - static_cast<double>(oldest[i]);
          oldest[i] = state.spikes[i];
        }
      }
      return visit(state.index, row);
    });
  }

 private:
  Reservoir reservoir_;
  bool with_sums_;
};

class DenseStream final : public FeatureStream {
 public:
  DenseStream(DenseKind kind, std::size_t vocabulary, std::size_t neurons, std::uint32_t seed)
      : kind_(kind), vocabulary_(vocabulary), neurons_(neurons), seed_(seed) {}

  std::size_t columns() const override { return neurons_; }
  std::uint64_t dense_operations() const override { return neurons_ * neurons_ * (kind_ == DenseKind::kLstm ? 4 : 1); }
  absl::StatusOr<Activity> run(std::span<const Symbol> symbols, const FeatureVisitor& visit) const override {
    NumpyRandom random(seed_);
    const auto make = kind_ == DenseKind::kDnn ? make_dnn : kind_ == DenseKind::kLstm ? make_lstm : make_esn;
    const std::unique_ptr<DenseModel> model = make(random, vocabulary_, neurons_);
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      model->read(symbols[i]);
      if (absl::Status s = visit(i, model->state()); !s.ok()) return s;
    }
    Activity activity;
    activity.characters = symbols.size();
    return activity;
  }

 private:
  DenseKind kind_;
  std::size_t vocabulary_, neurons_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<FeatureStream> stream_of(Reservoir reservoir, bool with_sums) {
  return std::make_unique<ReservoirStream>(std::move(reservoir), with_sums);
}

std::unique_ptr<FeatureStream> stream_of(DenseKind kind, std::size_t vocabulary, std::size_t neurons,
                                         std::uint32_t seed) {
  return std::make_unique<DenseStream>(kind, vocabulary, neurons, seed);
}

Reservoir fair_reservoir(std::size_t vocabulary, std::uint32_t neurons, std::uint32_t seed, double input_scale,
                         bool recurrent) {
  const ModelA model = draw_model_a(static_cast<std::uint32_t>(vocabulary), neurons, Readings::kHybrid, seed);
  Reservoir reservoir = model.reservoir();
  for (double& drive : reservoir.drive) drive *= input_scale;
  if (!recurrent) std::fill(reservoir.recurrent.begin(), reservoir.recurrent.end(), 0.0);
  return reservoir;
}

}  // namespace volley::charlm
