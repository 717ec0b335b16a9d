#include "hardware/anchors.h"

#include <array>
#include <limits>

#include "absl/strings/str_cat.h"

namespace volley::hardware {
namespace {

constexpr std::string_view kHorowitz = "Horowitz, ISSCC 2014, 45 nm; arithmetic alone, without memory";
constexpr std::string_view kQuoted = "quoted in comparisons by others";

constexpr std::array<Anchor, 10> kAnchors{{
    {"fp32 MAC at 45 nm", AnchorCount::kMacs, 4.6, Evidence::kSecondary, kHorowitz},
    {"CPU", AnchorCount::kMacs, 8600, Evidence::kSecondary, kQuoted},
    {"GPU", AnchorCount::kMacs, 300, Evidence::kSecondary, kQuoted},
    {"ARM", AnchorCount::kMacs, 900, Evidence::kSecondary, kQuoted},
    {"fp32 add at 45 nm", AnchorCount::kOperations, 0.9, Evidence::kSecondary, kHorowitz},
    {"TrueNorth", AnchorCount::kOperations, 26, Evidence::kSecondary, "quoted by others: per event, all-in"},
    {"SpiNNaker", AnchorCount::kOperations, 13300, Evidence::kSecondary, kQuoted},
    {"SpiNNaker 2", AnchorCount::kOperations, 450, Evidence::kSecondary, kQuoted},
    {"BrainScaleS", AnchorCount::kOperations, std::nullopt, Evidence::kPublished, "nothing public that compares"},
    {"Akida", AnchorCount::kOperations, std::nullopt, Evidence::kPublished, "nothing public that compares"},
}};

Comparison row(const Anchor& anchor, std::string name, double count, std::string counted) {
  Comparison result{.name = std::move(name),
                    .anchor = std::string(anchor.name),
                    .count = count,
                    .counted = std::move(counted),
                    .pj_each = anchor.pj,
                    .evidence = anchor.evidence,
                    .count_is_assumed = anchor.counts == AnchorCount::kMacs,
                    .source = std::string(anchor.source)};
  if (anchor.pj) result.energy_pj = count * *anchor.pj;
  return result;
}

}  // namespace

std::span<const Anchor> anchors() { return kAnchors; }

std::uint64_t dense_macs(std::span<const DenseShape> projections) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t sum = 0;
  for (const DenseShape& shape : projections) {
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(shape.source_size, shape.target_size, &product) ||
        __builtin_add_overflow(sum, product, &sum)) {
      return kMost;
    }
  }
  return sum;
}

std::vector<Comparison> comparisons(std::optional<std::uint64_t> macs, std::uint64_t steps, std::uint64_t inferences,
                                    std::uint64_t operations) {
  std::vector<Comparison> rows;
  for (const Anchor& anchor : anchors()) {
    if (anchor.counts == AnchorCount::kOperations) {
      rows.push_back(row(anchor, absl::StrCat("same synaptic operations, ", std::string(anchor.name)),
                         static_cast<double>(operations), "synaptic operations"));
      continue;
    }
    if (!macs) continue;
    const double pass = static_cast<double>(*macs);
    rows.push_back(row(anchor, absl::StrCat("dense ANN every step, ", std::string(anchor.name)),
                       pass * static_cast<double>(steps), "MACs"));
    rows.push_back(row(anchor, absl::StrCat("dense ANN once per inference, ", std::string(anchor.name)),
                       pass * static_cast<double>(inferences), "MACs"));
  }
  return rows;
}

}  // namespace volley::hardware
