#include "apps/edlearn/saved.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "apps/edlearn/spiking_network.h"
#include "io/file_bytes.h"
#include "io/sha256.h"

namespace volley::edlearn {
namespace {

constexpr std::string_view kMagic = "edlearn 1";
static_assert(std::endian::native == std::endian::little);

using Words = std::vector<std::string>;

bool number(const std::string& word, double& out) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out, std::chars_format::hex);
  return error == std::errc{} && end == word.data() + word.size();
}

std::string hex(double x) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, x, std::chars_format::hex).ptr;
  return {text, end};
}

std::string_view bytes_of(const std::vector<float>& layer) {
  return {reinterpret_cast<const char*>(layer.data()), layer.size() * sizeof(float)};
}

// Of the digests of the layers, so that nobody needs them side by side.
std::string digest(const Weights& weights) {
  std::string each;
  for (const auto& layer : weights.layer) each += io::sha256_bytes(bytes_of(layer));
  return io::sha256_bytes(each);
}

// The lines up to the weights; false when one of them is not what it should be.
class Head {
 public:
  bool take(const Words& words, Saved& saved) {
    if (words[0] == "settings") {
      saved.settings = absl::StrJoin(words.begin() + 1, words.end(), " ");
    } else if (words[0] == "shape") {
      std::vector<std::uint32_t> sizes;
      for (std::size_t i = 1; i < words.size(); ++i) {
        std::uint32_t size = 0;
        if (!absl::SimpleAtoi(words[i], &size) || size == 0 || size > 65536) return false;
        sizes.push_back(size);
      }
      if (sizes.size() < 2 || sizes.size() > 9) return false;
      saved.weights.shape = {sizes[0], {sizes.begin() + 1, sizes.end()}};
    } else if (words[0] == "gains") {
      for (std::size_t i = 1; i < words.size(); ++i) {
        double gain = 0;
        if (!number(words[i], gain) || !(gain > 0)) return false;
        saved.weights.gains.push_back(gain);
      }
    } else if (words[0] == "epoch") {
      double v[6];
      if (words.size() != 7) return false;
      for (std::size_t i = 0; i < 6; ++i) {
        if (!number(words[i + 1], v[i])) return false;
      }
      saved.history.push_back({v[0], v[1], v[2], v[3], v[4], v[5]});
    } else {
      return false;
    }
    return true;
  }
};

}  // namespace

std::string settings_line(const Settings& s) {
  std::vector<std::string> words;
  const auto add = [&](const char* key, double value) {
    char text[64];
    words.push_back(absl::StrCat(key, "=", std::string(text, std::to_chars(text, text + sizeof text, value).ptr)));
  };
  add("form", static_cast<int>(s.form));
  add("fashion", s.fashion);
  add("train", s.train);
  add("test", s.test);
  add("fixed", s.fixed_images);
  add("drawn", s.drawn_once);
  add("held-out", s.held_out);
  words.push_back("hidden=" + absl::StrJoin(s.hidden, ","));
  words.push_back(absl::StrCat("seed=", s.seed));
  add("lr", s.lr);
  add("lr-decay", s.lr_decay);
  add("ami", s.ami);
  add("dif", s.dif);
  add("diffusion", static_cast<int>(s.diffusion));
  add("sig", s.sig);
  add("w1", s.w1);
  add("w2", s.w2);
  add("dead-zone", s.dead_zone);
  add("slope-floor", s.slope_floor);
  add("activation", static_cast<int>(s.activation));
  add("frelu-offset", s.frelu_offset);
  add("spike-max-rate", s.spike_max_rate);
  add("spike-sim-time", s.spike_sim_time);
  add("spike-dt", s.spike_dt);
  add("v-rest", s.lif.v_rest);
  add("v-threshold", s.lif.v_threshold);
  add("v-reset", s.lif.v_reset);
  add("tau-m", s.lif.tau_m);
  add("tau-ref", s.lif.tau_ref);
  add("r-m", s.lif.r_m);
  words.push_back("gain=" +
                  absl::StrJoin(s.gain, ",", [](std::string* out, double g) { absl::StrAppend(out, hex(g)); }));
  add("bias", s.bias);
  add("readout", static_cast<int>(s.readout));
  add("target-rate", s.target_rate);
  add("learn-from", static_cast<int>(s.learn_from));
  return absl::StrJoin(words, " ");
}

absl::Status write_saved(const std::string& path, const Saved& saved) {
  std::string bytes =
      absl::StrCat(std::string(kMagic), "\nsettings ", saved.settings, "\nshape ", saved.weights.shape.pixels, " ",
                   absl::StrJoin(saved.weights.shape.hidden, " "), "\ngains");
  for (const double gain : saved.weights.gains) absl::StrAppend(&bytes, " ", hex(gain));
  for (const Epoch& e : saved.history) {
    absl::StrAppend(&bytes, "\nepoch");
    for (const double v :
         {e.train_accuracy, e.train_error, e.test_accuracy, e.test_error, e.train_seconds, e.test_seconds}) {
      absl::StrAppend(&bytes, " ", hex(v));
    }
  }
  std::size_t count = 0;
  for (const auto& layer : saved.weights.layer) count += layer.size();
  absl::StrAppend(&bytes, "\nweights ", count, " ", digest(saved.weights), "\n");
  bytes.reserve(bytes.size() + count * sizeof(float));
  for (const auto& layer : saved.weights.layer) bytes.append(bytes_of(layer));
  return io::write_file_bytes(path, bytes);
}

absl::StatusOr<Saved> read_saved(const std::string& path) {
  auto bytes = io::read_file_bytes(path);
  if (!bytes.ok()) return bytes.status();
  const auto damaged = [&](std::size_t at) {
    return absl::DataLossError(
        absl::StrFormat("%s: cut off or damaged at byte %d; save the network again or take another file", path, at));
  };
  Saved saved;
  Head head;
  std::size_t at = 0;
  for (bool first = true;; first = false) {
    const std::size_t end = bytes->find('\n', at);
    const std::string line = bytes->substr(at, end == std::string::npos ? end : end - at);
    if (first && line != kMagic) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: does not begin with \"%s\"; give a file that edlearn saved", path, std::string(kMagic)));
    }
    if (end == std::string::npos) return damaged(at);
    const Words words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (!first && (words.empty() || (words[0] != "weights" && !head.take(words, saved)))) return damaged(at);
    at = end + 1;
    if (first || words[0] != "weights") continue;
    const Shape& shape = saved.weights.shape;
    const std::size_t gains = saved.weights.gains.size();
    if (gains != 0 && gains != shape.hidden.size() && gains != shape.layers()) return damaged(at);
    std::uint64_t count = 0, expected = 0;
    for (std::size_t l = 0; !shape.hidden.empty() && l < shape.layers(); ++l) expected += shape.size(l);
    const std::size_t begin = at;
    if (words.size() != 3 || !absl::SimpleAtoi(words[1], &count) || expected == 0 || count != expected ||
        bytes->size() - at != count * sizeof(float)) {
      return damaged(at);
    }
    for (std::size_t l = 0; l < shape.layers(); ++l) {
      auto& layer = saved.weights.layer.emplace_back(shape.size(l));
      std::memcpy(layer.data(), bytes->data() + at, layer.size() * sizeof(float));
      at += layer.size() * sizeof(float);
    }
    if (digest(saved.weights) != words[2]) return damaged(begin);
    return saved;
  }
}

absl::Status check_shape(const std::string& path, const Shape& saved, const Shape& asked) {
  if (saved == asked) return absl::OkStatus();
  const auto text = [](const Shape& s) {
    return absl::StrFormat("%d pixels and %s hidden neurons per class", s.pixels, absl::StrJoin(s.hidden, ","));
  };
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s holds a network of %s; this run asks for %s; set `--hidden` (and `--ami`, whose neurons count "
      "as a pixel) as it was or take another file",
      path, text(saved), text(asked)));
}

absl::Status check_gains(const std::string& path, const Weights& saved, const Settings& settings) {
  const std::size_t layers = spiking_layers(settings);
  if (settings.form != Form::kSpiking || saved.gains.empty() || saved.gains.size() == layers) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s holds a network with %d spiking layers, this run asks for %d; set `--readout %s`, as it was trained with",
      path, saved.gains.size(), layers, saved.gains.size() > layers ? "spikes" : "sigmoid"));
}

}  // namespace volley::edlearn
