// Weight formats: what a format stores is what models/loihi_weights.h makes of some mantissa, and no weight is clipped.
#include "hardware/weight_format.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <vector>

namespace volley::hardware {
namespace {

using Floats = std::vector<float>;

StoredFormat chosen(const Floats& weights, double scale = 1, std::optional<int> bits = {}) {
  const auto format = choose_weight_format(weights, scale, bits);
  INFO(format.status().ToString());
  REQUIRE(format.ok());
  return *format;
}

// Every integer that the format can store.
std::set<std::int64_t> storable(const LoihiWeightFormat& format) {
  std::set<std::int64_t> values;
  for (std::int64_t mantissa = format.mixed_sign ? -256 : 0; mantissa < 256; ++mantissa) {
    values.insert(loihi_weight(mantissa, format));
  }
  return values;
}

TEST_CASE("Every multiple of the step up to the highest weight is stored by some mantissa, and none beyond it") {
  for (const int bits : {1, 2, 3, 4, 5, 6, 8}) {
    for (const double largest : {64.0, 1000.0, 16320.0, 20000.0, 300000.0, 1040000.0}) {
      for (const bool mixed : {false, true}) {
        if (mixed && bits == 1) continue;
        const Floats weights = {static_cast<float>(largest), static_cast<float>(mixed ? -largest / 3 : largest / 3)};
        INFO("bits " << bits << ", largest " << largest << (mixed ? ", mixed" : ""));
        const StoredFormat format = chosen(weights, 1, bits);
        CHECK(format.format.weight_bits == bits);
        CHECK(format.format.mixed_sign == mixed);
        const std::set<std::int64_t> values = storable(format.format);
        for (double w = 0; w <= format.highest; w += format.step) {
          REQUIRE(values.contains(static_cast<std::int64_t>(w)));
          if (mixed) REQUIRE(values.contains(static_cast<std::int64_t>(-w)));
        }
        CHECK(static_cast<double>(*values.rbegin()) == format.highest);
        CHECK(std::round(largest / format.step) * format.step <= format.highest);
      }
    }
  }
}

TEST_CASE("The chosen format has the least error of all formats that hold every weight") {
  const Floats weights = {100, 7000, -12345, 3333, 8191, -64};
  const StoredFormat best = chosen(weights);
  for (const int bits : {2, 3, 4, 5, 6, 8}) {
    const StoredFormat other = chosen(weights, 1, bits);
    CHECK(best.squared_error <= other.squared_error);
    double error = 0;
    for (const double w : weights) error += std::pow(w - std::round(w / other.step) * other.step, 2);
    CHECK(other.squared_error == Approx(error));
  }
  CHECK(best.format.weight_bits == 8);
  CHECK(best.step == 128);  // 127 * 64 is less than 12345
}

TEST_CASE("Of formats with equal errors the one with the fewest bits is chosen") {
  CHECK(chosen({128 * 64}).format.weight_bits == 1);
  CHECK(chosen({128 * 64}).squared_error == 0);
  CHECK(chosen({3 * 64}).format.weight_bits == 2);
  CHECK(chosen({-5 * 64}).format.weight_bits == 3);
  CHECK(chosen({5 * 64, -5 * 64}).format.weight_bits == 4);
  CHECK(chosen({5 * 64, 4 * 64, 127 * 64}).format.weight_bits == 8);
}

TEST_CASE("Bits that the chip does not store, too few bits for both signs and weights too large are refused") {
  CHECK(choose_weight_format(Floats{64}, 1, 7).status().message() ==
        "weight bits 7, must be 1 to 6, or 8, which the chip stores; choose another number");
  CHECK(choose_weight_format(Floats{64}, 1, 6, 4).status().message() ==
        "weight bits 6, must be at most 4, the largest size that the chip stores; give fewer");
  CHECK_FALSE(choose_weight_format(Floats{64}, 1, 9).ok());
  CHECK_FALSE(choose_weight_format(Floats{64}, 1, 0).ok());
  CHECK_FALSE(choose_weight_format(Floats{64, -64}, 1, 1).ok());
  CHECK(absl::IsOutOfRange(choose_weight_format(Floats{1}, 2.2e6).status()));
  CHECK(chosen({1}, 255 * 128 * 64).highest == 255 * 128 * 64);
}

}  // namespace
}  // namespace volley::hardware
