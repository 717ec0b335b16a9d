#include "apps/digits/checkpoint.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <string_view>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "apps/volley/same_settings.h"
#include "io/file_bytes.h"
#include "io/sha256.h"

namespace volley::digits {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic = "digits 1";
constexpr const char* kKeys[] = {"settings", "shape", "shown", "state"};

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace

std::string settings_line(const Settings& s) {
  std::vector<std::string> words;
  const auto add = [&](const char* key, double value) {
    char text[64];
    words.push_back(absl::StrCat(key, "=", std::string(text, std::to_chars(text, text + sizeof text, value).ptr)));
  };
  words.push_back(absl::StrCat("seed=", s.seed));
  add("fashion", s.fashion);
  add("passes", s.passes);
  add("train", s.train);
  add("held-out", s.held_out);
  add("present", s.present_ms);
  add("rest", s.rest_ms);
  add("rate", s.rate_hz);
  add("theta-plus", s.theta_plus_mv);
  add("tau-theta", s.tau_theta_ms);
  add("inhibition", s.inhibition_mv);
  add("norm", s.norm);
  add("rate-post", s.rate_post);
  add("rate-pre", s.rate_pre);
  add("last-rate", s.last_rate);
  return absl::StrJoin(words, " ");
}

absl::Status write_checkpoint(const std::string& path, const Settings& settings, const Checkpoint& checkpoint) {
  const std::string state =
      absl::StrCat(std::string(bytes_of(checkpoint.state.weight)), std::string(bytes_of(checkpoint.state.theta)));
  return io::write_file_bytes(path, absl::StrCat(std::string(kMagic), "\nsettings ", settings_line(settings),
                                                 "\nshape ", settings.neurons, " ", checkpoint.state.pixels, "\nshown ",
                                                 checkpoint.shown, "\nstate ", io::sha256_bytes(state), "\n", state));
}

absl::StatusOr<Checkpoint> read_checkpoint(const std::string& path, const Settings& settings, std::uint32_t pixels) {
  const auto bytes = io::read_file_bytes(path);
  if (!bytes.ok()) return bytes.status();
  if (!bytes->starts_with(absl::StrCat(std::string(kMagic), "\n"))) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: does not begin with \"%s\"; give a checkpoint that digits wrote, or a new name", path, kMagic.data()));
  }
  std::size_t at = kMagic.size() + 1;
  const auto damaged = [&] {
    return absl::DataLossError(
        absl::StrFormat("%s: cut off or damaged at byte %d; remove it to begin anew or take another file", path, at));
  };
  std::string value[4];
  for (int k = 0; k < 4; ++k) {
    const std::size_t end = bytes->find('\n', at);
    const std::string key = absl::StrCat(kKeys[k], " ");
    if (end == std::string::npos || !bytes->substr(at, end - at).starts_with(key)) return damaged();
    value[k] = bytes->substr(at + key.size(), end - at - key.size());
    at = end + 1;
  }
  const std::vector<std::string> shape = absl::StrSplit(value[1], ' ');
  std::uint32_t neurons = 0, size = 0;
  Checkpoint checkpoint;
  if (shape.size() != 2 || !absl::SimpleAtoi(shape[0], &neurons) || !absl::SimpleAtoi(shape[1], &size) ||
      !absl::SimpleAtoi(value[2], &checkpoint.shown)) {
    return damaged();
  }
  if (neurons != settings.neurons || size != pixels) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: a network of %d neurons on %d pixels, must be %d on %d; set `--neurons` and the data as they were", path,
        neurons, size, settings.neurons, pixels));
  }
  if (absl::Status s = app::check_same_settings(path, value[0], settings_line(settings)); !s.ok()) return s;
  const std::string_view state = std::string_view(*bytes).substr(at);
  const std::size_t weights = std::size_t{pixels} * neurons;
  if (state.size() != weights * sizeof(float) + neurons * sizeof(double) || io::sha256_bytes(state) != value[3] ||
      checkpoint.shown > std::uint64_t{settings.passes} * settings.train) {
    return damaged();
  }
  checkpoint.state = {pixels, std::vector<float>(weights), std::vector<double>(neurons)};
  std::memcpy(checkpoint.state.weight.data(), state.data(), weights * sizeof(float));
  std::memcpy(checkpoint.state.theta.data(), state.data() + weights * sizeof(float), neurons * sizeof(double));
  return checkpoint;
}

}  // namespace volley::digits
