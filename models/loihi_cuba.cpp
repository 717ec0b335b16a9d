#include "models/loihi_cuba.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

namespace volley {

static_assert(ClockedModel<LoihiCuba>);

namespace {

constexpr double kRegister = 8388607;  // 2^23 - 1

}  // namespace

ModelInfo LoihiCuba::info() {
  return {
      "loihi_cuba",
      ModelKind::kClocked,
      "u = decay(u, du + ds_offset) + sum of weights, v = decay(v, dv) + u + bias, spike at v > vth_mant << 6; "
      "integers",
      "Davies et al. 2018, IEEE Micro 38(1):82-99; arithmetic as in nengo-loihi's emulator, Lava and Brian2Loihi",
      {{"in", ""}},
      {{"u", ""}, {"v", ""}},
      {{"du", "", 0, "decay of the current, in 1/4096 per step; 4096: no memory", {}, 0.0, 4096.0},
       {"dv", "", 0, "decay of the voltage, in 1/4096 per step", {}, 0.0, 4096.0},
       {"ds_offset", "", 1, "added to du: 1 as on the chip (nengo-loihi, Lava), 0 as in Brian2Loihi", {}, 0.0, 1.0},
       {"vth_mant", "", 100, "mantissa of the threshold, times 64", {}, 0.0, 131071.0},
       {"bias_mant", "", 0, "mantissa of the bias", {}, -4096.0, 4095.0},
       {"bias_exp", "", 0, "exponent of the bias", {}, 0.0, 7.0},
       {"refractory", "", 1, "steps from a spike to the next possible one; 0 and 1: none is lost", {}, 0.0, 64.0},
       {"vmin", "", -kRegister, "lower end of v", {}, -kRegister - 1, 0.0},
       {"vmax", "", kRegister, "upper end of v", {}, 0.0, kRegister},
       {"vmin_exponent", "", 23, "k of the chip's lower end -2^k + 1; the tighter end counts", {}, 0.0, 23.0},
       {"vmax_exponent", "", 7, "k of the chip's upper end 2^(9 + 2k) - 1; the tighter end counts", {}, 0.0, 7.0},
       {"w_exp", "", 0, "exponent of the sum; only with weight_exponent = of_sum", {}, -8.0, 7.0},
       {"v_init", "", 0, "voltage at the start", {}, -kRegister - 1, kRegister},
       dt_parameter(1)},
      {{"threshold", {"above", "at_least"}, "spike at v > threshold (chip, Lava), or at v >= threshold (lava-dl)"},
       {"voltage_clip", {"limits", "symmetric"}, "clip v to vmin and vmax, or to +-(2^23 - 1) as Lava does"},
       {"wrap", {"twos_complement", "lava"}, "at exactly -2^23 and 2^23: two's complement, or always 2^23 as in Lava"},
       {"weight_exponent",
        {"per_synapse", "of_sum"},
        "weights carry their exponent, or weights are 64 times the mantissa and the sum is shifted by w_exp (Lava)"}},
      ""};
}

LoihiCuba::Params LoihiCuba::params(const ResolvedParameters& r, std::uint32_t i) {
  return {r.at("du", i),
          r.at("dv", i),
          r.at("ds_offset", i),
          r.at("vth_mant", i),
          r.at("bias_mant", i),
          r.at("bias_exp", i),
          r.at("refractory", i),
          r.at("vmin", i),
          r.at("vmax", i),
          r.at("vmin_exponent", i),
          r.at("vmax_exponent", i),
          r.at("w_exp", i),
          r.at("v_init", i),
          r.option("threshold") == 1,
          r.option("voltage_clip") == 1,
          r.option("wrap") == 1,
          r.option("weight_exponent") == 1};
}

std::string LoihiCuba::problem(const Params& p) {
  const std::pair<const char*, double> whole[] = {{"du", p.du},
                                                  {"dv", p.dv},
                                                  {"ds_offset", p.ds_offset},
                                                  {"vth_mant", p.vth_mant},
                                                  {"bias_mant", p.bias_mant},
                                                  {"bias_exp", p.bias_exp},
                                                  {"refractory", p.refractory},
                                                  {"vmin", p.vmin},
                                                  {"vmax", p.vmax},
                                                  {"vmin_exponent", p.vmin_exponent},
                                                  {"vmax_exponent", p.vmax_exponent},
                                                  {"w_exp", p.w_exp},
                                                  {"v_init", p.v_init}};
  for (const auto& [name, value] : whole) {
    if (value != std::floor(value)) {
      return absl::StrFormat("%s %g must be a whole number, as the chip computes in integers; round `%s`", name, value,
                             name);
    }
  }
  return "";
}

LoihiCuba::Constants LoihiCuba::constants(const Params& p, double) {
  const auto integer = [](double x) { return static_cast<std::int64_t>(x); };
  const std::int64_t chip_low = -(std::int64_t{1} << integer(p.vmin_exponent)) + 1;
  const std::int64_t chip_high = (std::int64_t{1} << (9 + 2 * integer(p.vmax_exponent))) - 1;
  const std::int64_t symmetric = integer(kRegister);
  // A direct limit below the chip's own lowest end is meant: only an exponent that was lowered tightens it.
  const std::int64_t low = p.vmin_exponent < 23 ? std::max(chip_low, integer(p.vmin)) : integer(p.vmin);
  return {4096 - std::min<std::int64_t>(integer(p.du + p.ds_offset), 4096),
          4096 - integer(p.dv),
          integer(p.bias_mant) * (std::int64_t{1} << integer(p.bias_exp)),
          p.symmetric_clip ? -symmetric : low,
          p.symmetric_clip ? symmetric : std::min(chip_high, integer(p.vmax)),
          integer(p.vth_mant) * 64 + (p.at_least ? 0 : 1),
          std::max<std::int32_t>(static_cast<std::int32_t>(p.refractory), 1) - 1,
          static_cast<std::int32_t>(p.w_exp),
          p.lava_wrap,
          p.exponent_of_sum};
}

}  // namespace volley
