#include "io/lava_layers.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "io/byte_pack.h"
#include "io/hdf5.h"
#include "io/hdf5_read.h"
#include "io/isolated.h"

namespace volley::io {
namespace {

// |weight| stays below this so that weight * 64 fits the 21 bits of Loihi's input accumulator.
constexpr double kMaxWeight = 32767;
constexpr double kMaxBias = 4095;   // 12 bits and a sign
constexpr double kMaxExtent = 1e6;  // of any one dimension of a layer
constexpr std::size_t kMaxLayers = 10'000;

// Reads below one group, e.g. "/layer/1", with errors that name the full path.
class Group {
 public:
  Group(hid_t file, std::string file_name, std::string path)
      : file_(file), file_name_(std::move(file_name)), path_(std::move(path)) {}

  Group child(const std::string& name) const { return Group(file_, file_name_, in(name)); }
  bool has(const std::string& name) const { return h5::has(file_, in(name)); }
  std::string where(const std::string& name = {}) const {
    return absl::StrCat(file_name_, ":", name.empty() ? path_ : in(name));
  }
  absl::Status error(const std::string& name, const std::string& what) const {
    return absl::InvalidArgumentError(absl::StrCat(where(name), ": ", what));
  }

  absl::StatusOr<std::string> word(const std::string& name) const {
    if (!has(name)) return error(name, "is missing");
    return h5::read_string(file_, in(name));
  }

  // Whole numbers within [low, high], any rank.
  absl::StatusOr<h5::Array<double>> whole_numbers(const std::string& name, double low, double high) const {
    if (!has(name)) return error(name, "is missing");
    absl::StatusOr<h5::Array<double>> array = h5::read<double>(file_, in(name));
    if (!array.ok()) return array.status();
    for (const double value : array->values) {
      if (!(value >= low && value <= high && value == std::floor(value))) {
        return error(name, absl::StrFormat("%g, must be a whole number from %g to %g", value, low, high));
      }
    }
    return array;
  }

  // One whole number; `fallback` when it is missing, an error when there is no fallback.
  absl::StatusOr<int> whole(const std::string& name, double low, double high, std::optional<int> fallback = {}) const {
    if (fallback && !has(name)) return *fallback;
    const absl::StatusOr<h5::Array<double>> array = whole_numbers(name, low, high);
    if (!array.ok()) return array.status();
    if (array->values.size() != 1) {
      return error(name, absl::StrFormat("%d values, must be one for the whole layer", array->values.size()));
    }
    return static_cast<int>(array->values.front());
  }

  // One number for both directions, or two.
  absl::StatusOr<std::array<int, 2>> pair(const std::string& name, double low, double high, int fallback) const {
    if (!has(name)) return std::array<int, 2>{fallback, fallback};
    const absl::StatusOr<h5::Array<double>> array = whole_numbers(name, low, high);
    if (!array.ok()) return array.status();
    if (array->values.empty() || array->values.size() > 2) {
      return error(name, absl::StrFormat("%d values, must be one or two", array->values.size()));
    }
    return std::array<int, 2>{static_cast<int>(array->values.front()), static_cast<int>(array->values.back())};
  }

 private:
  std::string in(const std::string& name) const { return absl::StrCat(path_, "/", name); }

  hid_t file_;
  std::string file_name_;
  std::string path_;
};

absl::Status read_shape(const Group& group, LavaLayer& layer) {
  const absl::StatusOr<h5::Array<double>> shape = group.whole_numbers("shape", 1, kMaxExtent);
  if (!shape.ok()) return shape.status();
  if (shape->values.empty() || shape->values.size() > 3) {
    return group.error(
        "shape", absl::StrFormat("%d dimensions, must be 1 to 3 (channels, height, width)", shape->values.size()));
  }
  double product = 1;
  for (const double extent : shape->values) {
    product *= extent;
    layer.shape.push_back(static_cast<std::uint32_t>(extent));
  }
  if (product > 4e9) return group.error("shape", absl::StrFormat("%g neurons, must be below 2^32", product));
  return absl::OkStatus();
}

// Returns the exponent that multiplies the layer's weights by a power of two.
absl::StatusOr<int> read_neuron(const Group& group, LavaNeuron& neuron) {
  const absl::StatusOr<std::string> type = group.word("type");
  if (!type.ok()) return type.status();
  if (*type != "CUBA" && *type != "LOIHI") {
    return group.error(
        "type", absl::StrFormat("neuron `%s`, must be CUBA or LOIHI; export the network with a CUBA block", *type));
  }
  neuron.type = *type == "CUBA" ? LavaNeuronType::kCuba : LavaNeuronType::kLoihi;
  const std::pair<int*, absl::StatusOr<int>> fields[] = {
      {&neuron.current_decay, group.whole("iDecay", 0, 4096)},
      {&neuron.voltage_decay, group.whole("vDecay", 0, 4096)},
      {&neuron.threshold, group.whole("vThMant", 1, (1 << 17) - 1)},
  };
  for (const auto& [field, value] : fields) {
    if (!value.ok()) return value.status();
    *field = *value;
  }
  // The two below have one legal value: a refractory delay of one step is none at all, and spikes carry no grade.
  if (const absl::StatusOr<int> delay = group.whole("refDelay", 1, 1, 1); !delay.ok()) return delay.status();
  if (const absl::StatusOr<int> graded = group.whole("gradedSpike", 0, 0, 0); !graded.ok()) return graded.status();
  return group.whole("wgtExp", 0, 7, 0);
}

absl::Status read_weights(const Group& group, int exponent, LavaLayer& layer) {
  absl::StatusOr<h5::Array<double>> weight = group.whole_numbers("weight", -kMaxWeight, kMaxWeight);
  if (!weight.ok()) return weight.status();
  for (const hsize_t extent : weight->shape) layer.weight_shape.push_back(static_cast<std::uint32_t>(extent));
  layer.weights.reserve(weight->values.size());
  for (const double w : weight->values) {
    const double scaled = std::ldexp(w, exponent);
    if (std::abs(scaled) > kMaxWeight) {
      return group.error(
          "weight", absl::StrFormat("%g times 2^%d (neuron/wgtExp), must be within +-%g", w, exponent, kMaxWeight));
    }
    layer.weights.push_back(static_cast<std::int32_t>(scaled));
  }
  return absl::OkStatus();
}

absl::Status read_bias(const Group& group, LavaLayer& layer) {
  if (!group.has("bias")) return absl::OkStatus();
  const absl::StatusOr<h5::Array<double>> bias = group.whole_numbers("bias", -kMaxBias, kMaxBias);
  if (!bias.ok()) return bias.status();
  const std::size_t count = bias->values.size();
  const bool per_channel = layer.type == LavaLayerType::kConv && count == layer.shape.front();
  if (count != 1 && count != layer.size() && !per_channel) {
    return group.error("bias", absl::StrFormat("%d values for %d neurons of shape (%s)", count, layer.size(),
                                               absl::StrJoin(layer.shape, ", ")));
  }
  layer.bias.assign(bias->values.begin(), bias->values.end());
  return absl::OkStatus();
}

absl::Status check_dense(const Group& group, LavaLayer& layer) {
  if (layer.weight_shape.size() == 1) {  // flattened by some exporters
    const std::uint64_t out = layer.size();
    if (layer.weights.size() % out == 0) {
      layer.weight_shape = {static_cast<std::uint32_t>(out), static_cast<std::uint32_t>(layer.weights.size() / out)};
    }
  }
  while (layer.weight_shape.size() > 2 && layer.weight_shape.back() == 1) layer.weight_shape.pop_back();
  if (layer.weight_shape.size() != 2 || layer.weight_shape[0] != layer.size() || layer.weight_shape[1] == 0) {
    return group.error("weight", absl::StrFormat("shape (%s), must be (%d outputs, inputs)",
                                                 absl::StrJoin(layer.weight_shape, ", "), layer.size()));
  }
  return absl::OkStatus();
}

absl::Status read_convolution(const Group& group, LavaLayer& layer) {
  LavaConvolution& convolution = layer.convolution;
  const std::pair<std::array<int, 2>*, absl::StatusOr<std::array<int, 2>>> fields[] = {
      {&convolution.stride, group.pair("stride", 1, kMaxExtent, 1)},
      {&convolution.padding, group.pair("padding", 0, kMaxExtent, 0)},
      {&convolution.dilation, group.pair("dilation", 1, kMaxExtent, 1)},
  };
  for (const auto& [field, value] : fields) {
    if (!value.ok()) return value.status();
    *field = *value;
  }
  const absl::StatusOr<int> groups = group.whole("groups", 1, kMaxExtent, 1);
  if (!groups.ok()) return groups.status();
  convolution.groups = *groups;
  if (layer.shape.size() != 3) return group.error("shape", "a convolution needs (channels, height, width)");
  // lava-dl keeps a trailing dimension of 1 for time.
  while (layer.weight_shape.size() > 4 && layer.weight_shape.back() == 1) layer.weight_shape.pop_back();
  if (layer.weight_shape.size() != 4 || layer.weight_shape[0] != layer.shape[0] || layer.weights.empty()) {
    return group.error("weight", absl::StrFormat("shape (%s), must be (%d channels, inputs, height, width)",
                                                 absl::StrJoin(layer.weight_shape, ", "), layer.shape[0]));
  }
  if (layer.shape[0] % static_cast<std::uint32_t>(convolution.groups) != 0) {
    return group.error("groups",
                       absl::StrFormat("%d, must divide the %d channels", convolution.groups, layer.shape[0]));
  }
  return absl::OkStatus();
}

absl::StatusOr<LavaLayer> read_layer(const Group& group) {
  LavaLayer layer;
  layer.where = group.where();
  const absl::StatusOr<std::string> type = group.word("type");
  if (!type.ok()) return type.status();
  if (*type == "flatten") {
    layer.type = LavaLayerType::kFlatten;
    return layer;
  }
  if (*type != "input" && *type != "dense" && *type != "conv") {
    return group.error("type", absl::StrFormat("layer `%s`, must be input, dense, conv or flatten", *type));
  }
  layer.type = *type == "input"   ? LavaLayerType::kInput
               : *type == "dense" ? LavaLayerType::kDense
                                  : LavaLayerType::kConv;
  if (absl::Status status = read_shape(group, layer); !status.ok()) return status;
  if (group.has("delay")) {
    return group.error("delay", "axonal delays beyond one step, must be absent; train with delay = False");
  }
  if (layer.type == LavaLayerType::kInput) return layer;
  const absl::StatusOr<int> exponent = read_neuron(group.child("neuron"), layer.neuron);
  if (!exponent.ok()) return exponent.status();
  if (absl::Status status = read_weights(group, *exponent, layer); !status.ok()) return status;
  if (absl::Status status = read_bias(group, layer); !status.ok()) return status;
  const absl::Status geometry =
      layer.type == LavaLayerType::kDense ? check_dense(group, layer) : read_convolution(group, layer);
  if (!geometry.ok()) return geometry;
  return layer;
}

// The two below list the members in the same order.
void pack(const LavaLayer& layer, BytePacker& out) {
  out.put(layer.where);
  out.put(static_cast<int>(layer.type));
  out.put(layer.shape);
  out.put(layer.weight_shape);
  out.put(layer.weights);
  out.put(layer.bias);
  for (const auto* pair : {&layer.convolution.stride, &layer.convolution.padding, &layer.convolution.dilation}) {
    for (const int value : *pair) out.put(value);
  }
  out.put(layer.convolution.groups);
  out.put(static_cast<int>(layer.neuron.type));
  for (const int value : {layer.neuron.current_decay, layer.neuron.voltage_decay, layer.neuron.threshold})
    out.put(value);
}

void unpack(ByteUnpacker& in, LavaLayer& layer) {
  int layer_type = 0, neuron_type = 0;
  in.get(layer.where);
  in.get(layer_type);
  in.get(layer.shape);
  in.get(layer.weight_shape);
  in.get(layer.weights);
  in.get(layer.bias);
  for (auto* pair : {&layer.convolution.stride, &layer.convolution.padding, &layer.convolution.dilation}) {
    for (int& value : *pair) in.get(value);
  }
  in.get(layer.convolution.groups);
  in.get(neuron_type);
  for (int* value : {&layer.neuron.current_decay, &layer.neuron.voltage_decay, &layer.neuron.threshold}) in.get(*value);
  layer.type = static_cast<LavaLayerType>(layer_type);
  layer.neuron.type = static_cast<LavaNeuronType>(neuron_type);
}

absl::StatusOr<std::vector<LavaLayer>> read_here(const std::string& path) {
  const h5::Quiet quiet;
  const absl::StatusOr<h5::Handle> file = h5::open_file(path);
  if (!file.ok()) return file.status();
  const Group all(file->get(), path, "/layer");
  if (!h5::is_group(file->get(), "/layer")) {
    return absl::InvalidArgumentError(absl::StrCat(all.where(), ": no such group; not a lava-dl network"));
  }
  const absl::StatusOr<std::vector<std::string>> names = h5::children(file->get(), "/layer");
  if (!names.ok()) return names.status();
  if (names->empty() || names->size() > kMaxLayers) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: %d layers, must be 1 to %d", all.where(), names->size(), kMaxLayers));
  }
  std::vector<LavaLayer> layers;
  for (std::size_t i = 0; i < names->size(); ++i) {
    const std::string name = absl::StrCat(i);
    if (!all.has(name))
      return all.error(name, absl::StrFormat("is missing; %d layers are numbered from 0", names->size()));
    absl::StatusOr<LavaLayer> layer = read_layer(all.child(name));
    if (!layer.ok()) return layer.status();
    layers.push_back(*std::move(layer));
  }
  return layers;
}

}  // namespace

std::uint64_t LavaLayer::size() const {
  std::uint64_t product = 1;
  for (const std::uint32_t extent : shape) product *= extent;
  return product;
}

absl::StatusOr<std::vector<LavaLayer>> read_lava_layers(const std::string& path) {
  const absl::StatusOr<std::string> packed = run_isolated(path, [&path]() -> absl::StatusOr<std::string> {
    const absl::StatusOr<std::vector<LavaLayer>> layers = read_here(path);
    if (!layers.ok()) return layers.status();
    BytePacker out;
    out.put(static_cast<std::uint64_t>(layers->size()));
    for (const LavaLayer& layer : *layers) pack(layer, out);
    return out.take();
  });
  if (!packed.ok()) return packed.status();
  ByteUnpacker in(*packed);
  std::vector<LavaLayer> layers(in.count(1));
  for (LavaLayer& layer : layers) unpack(in, layer);
  if (!in.ok()) return absl::DataLossError(absl::StrCat(path, ": the reader was cut off"));
  return layers;
}

}  // namespace volley::io
