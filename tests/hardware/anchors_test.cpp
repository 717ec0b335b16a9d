#include "hardware/anchors.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

namespace volley::hardware {
namespace {

const Comparison& named(const std::vector<Comparison>& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Comparison& row) { return row.name == name; });
  REQUIRE(found != rows.end());
  return *found;
}

TEST_CASE("A dense network of the same shape has source size x target size of every projection") {
  const DenseShape shapes[] = {{390, 256}, {256, 256}, {256, 29}};
  CHECK(dense_macs(shapes) == 390 * 256 + 256 * 256 + 256 * 29);
  CHECK(dense_macs({}) == 0);
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const DenseShape large[] = {{kMost, 1}, {2, 3}};
  CHECK(dense_macs(large) == kMost);
}

TEST_CASE("Comparison rows are counts times published figures, each with its class, and unset ones have no energy") {
  const std::vector<Comparison> rows = comparisons(1000, 50, 5, 700);
  const Comparison& every_step = named(rows, "dense ANN every step, fp32 MAC at 45 nm");
  CHECK(every_step.energy_pj == Approx(4.6 * 1000 * 50));
  CHECK(every_step.count_is_assumed);
  CHECK(every_step.evidence == Evidence::kSecondary);
  CHECK(named(rows, "dense ANN once per inference, GPU").energy_pj == Approx(300.0 * 1000 * 5));
  const Comparison& truenorth = named(rows, "same synaptic operations, TrueNorth");
  CHECK(truenorth.energy_pj == Approx(26.0 * 700));
  CHECK_FALSE(truenorth.count_is_assumed);
  CHECK_FALSE(named(rows, "same synaptic operations, BrainScaleS").energy_pj);
  CHECK_FALSE(named(rows, "same synaptic operations, Akida").energy_pj);
  for (const Comparison& row : rows) CHECK_FALSE(row.source.empty());
}

TEST_CASE("Without a shape there are no rows of a dense network") {
  for (const Comparison& row : comparisons({}, 50, 1, 700)) CHECK(row.counted == "synaptic operations");
}

}  // namespace
}  // namespace volley::hardware
