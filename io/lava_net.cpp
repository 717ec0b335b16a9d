#include "io/lava_net.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "io/lava_layers.h"
#include "io/sha256.h"

namespace volley::io {
namespace {

using Shape = std::vector<std::uint32_t>;

constexpr float kWeightUnit = 64;  // of the input accumulator; also of thresholds and biases
constexpr double kBiasExponent = 6;

std::uint64_t size_of(const Shape& shape) {
  std::uint64_t product = 1;
  for (const std::uint32_t extent : shape) product *= extent;
  return product;
}

std::string text_of(const Shape& shape) { return absl::StrCat("(", absl::StrJoin(shape, ", "), ")"); }

absl::Status error_at(const LavaLayer& layer, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(layer.where, ": ", what));
}

// Adds edges, and refuses more than a bound that is agreed before any is made.
class Synapses {
 public:
  Synapses(std::uint64_t budget, Duration delay) : budget_(budget), delay_(delay) {}

  // REQUIRES: room() for it.
  void add(std::uint32_t source, std::uint32_t target, std::int32_t weight) {
    if (weight != 0) edges.push_back({source, target, static_cast<float>(weight) * kWeightUnit, delay_});
  }
  bool room(std::uint64_t count) const { return count <= budget_; }

  std::vector<Edge> edges;

 private:
  std::uint64_t budget_;
  Duration delay_;
};

absl::Status too_many(const LavaLayer& layer, double synapses, std::uint64_t budget) {
  return error_at(
      layer, absl::StrFormat("%.0f synapses, must be at most %d in what is left of max_synapses", synapses, budget));
}

absl::Status connect_dense(const LavaLayer& layer, const Shape& input, std::uint64_t budget, Synapses& synapses) {
  const std::uint32_t outputs = layer.weight_shape[0], inputs = layer.weight_shape[1];
  if (inputs != size_of(input)) {
    return error_at(layer, absl::StrFormat("weight has %d inputs, the layer before has %d outputs of shape %s", inputs,
                                           size_of(input), text_of(input)));
  }
  if (!synapses.room(layer.weights.size())) return too_many(layer, static_cast<double>(layer.weights.size()), budget);
  synapses.edges.reserve(layer.weights.size());
  for (std::uint32_t source = 0; source < inputs; ++source) {
    for (std::uint32_t target = 0; target < outputs; ++target) {
      synapses.add(source, target, layer.weights[std::size_t{target} * inputs + source]);
    }
  }
  return absl::OkStatus();
}

// Where along one dimension a kernel element meets the input; empty outside of it (padding).
std::optional<std::uint32_t> input_position(std::uint32_t output, std::uint32_t element, const LavaConvolution& c,
                                            int axis, std::uint32_t extent) {
  const std::int64_t at =
      std::int64_t{output} * c.stride[axis] + std::int64_t{element} * c.dilation[axis] - c.padding[axis];
  if (at < 0 || at >= extent) return std::nullopt;
  return static_cast<std::uint32_t>(at);
}

absl::Status check_convolution(const LavaLayer& layer, const Shape& input, std::uint64_t budget,
                               const Synapses& synapses) {
  const LavaConvolution& c = layer.convolution;
  if (input.size() != 3) {
    return error_at(layer, absl::StrFormat("a convolution of an input of shape %s, must be (channels, height, width)%s",
                                           text_of(input), input.empty() ? "; set input_shape" : ""));
  }
  const std::uint64_t channels = std::uint64_t{layer.weight_shape[1]} * static_cast<std::uint64_t>(c.groups);
  if (channels != input[0]) {
    return error_at(layer, absl::StrFormat("weight takes %d channels in %d groups, the layer before has %d", channels,
                                           c.groups, input[0]));
  }
  for (const int axis : {0, 1}) {
    const std::int64_t reach = std::int64_t{c.dilation[axis]} * (std::int64_t{layer.weight_shape[2 + axis]} - 1) + 1;
    const std::int64_t room = std::int64_t{input[1 + axis]} + 2 * c.padding[axis] - reach;
    const std::int64_t extent = room < 0 ? 0 : room / c.stride[axis] + 1;
    if (extent != layer.shape[1 + axis]) {
      return error_at(layer, absl::StrFormat("shape %s, but the convolution of %s has %s %d", text_of(layer.shape),
                                             text_of(input), axis == 0 ? "height" : "width", extent));
    }
  }
  const double count = static_cast<double>(layer.weights.size()) * layer.shape[1] * layer.shape[2];
  if (count > 1e18 || !synapses.room(static_cast<std::uint64_t>(count))) return too_many(layer, count, budget);
  return absl::OkStatus();
}

// Rows for one place in the output: every channel of the output, every element of the kernel.
void connect_place(const LavaLayer& layer, const Shape& input, std::uint32_t y, std::uint32_t x, Synapses& synapses) {
  const std::uint32_t outputs = layer.weight_shape[0], inputs = layer.weight_shape[1];
  const std::uint32_t height = layer.weight_shape[2], width = layer.weight_shape[3];
  const std::uint32_t outputs_per_group = outputs / static_cast<std::uint32_t>(layer.convolution.groups);
  for (std::uint32_t ky = 0; ky < height; ++ky) {
    const auto from_y = input_position(y, ky, layer.convolution, 0, input[1]);
    for (std::uint32_t kx = 0; from_y && kx < width; ++kx) {
      const auto from_x = input_position(x, kx, layer.convolution, 1, input[2]);
      if (!from_x) continue;
      for (std::uint32_t output = 0; output < outputs; ++output) {
        for (std::uint32_t i = 0; i < inputs; ++i) {
          const std::uint32_t channel = output / outputs_per_group * inputs + i;
          const std::size_t weight = ((std::size_t{output} * inputs + i) * height + ky) * width + kx;
          synapses.add((channel * input[1] + *from_y) * input[2] + *from_x,
                       (output * layer.shape[1] + y) * layer.shape[2] + x, layer.weights[weight]);
        }
      }
    }
  }
}

absl::Status connect_convolution(const LavaLayer& layer, const Shape& input, std::uint64_t budget, Synapses& synapses) {
  if (absl::Status status = check_convolution(layer, input, budget, synapses); !status.ok()) return status;
  for (std::uint32_t y = 0; y < layer.shape[1]; ++y) {
    for (std::uint32_t x = 0; x < layer.shape[2]; ++x) connect_place(layer, input, y, x, synapses);
  }
  return absl::OkStatus();
}

// One value per neuron, or one for all of them.
Parameter bias_of(const LavaLayer& layer) {
  if (layer.bias.size() == 1) return static_cast<double>(layer.bias.front());
  std::vector<double> each(layer.size());
  const std::size_t neurons_per_bias = each.size() / layer.bias.size();
  for (std::size_t i = 0; i < each.size(); ++i) each[i] = layer.bias[i / neurons_per_bias];
  return each;
}

PopulationSpec population_of(const LavaLayer& layer, const std::string& name, const LavaNetOptions& options) {
  PopulationSpec population{.name = name,
                            .model = "loihi_cuba",
                            .size = static_cast<std::uint32_t>(layer.size()),
                            .shape = layer.shape,
                            .parameters = {}};
  const bool at_least = options.at_least.value_or(layer.neuron.type == LavaNeuronType::kCuba);
  Parameters& p = population.parameters;
  // The chip adds one to its decay register for the current; lava-dl's constant is the sum.
  p["du"] = static_cast<double>(std::max(layer.neuron.current_decay - 1, 0));
  p["ds_offset"] = layer.neuron.current_decay > 0 ? 1.0 : 0.0;
  p["dv"] = static_cast<double>(layer.neuron.voltage_decay);
  p["vth_mant"] = static_cast<double>(layer.neuron.threshold);
  p["dt"] = to_ms(options.step);
  p["threshold"] = std::string(at_least ? "at_least" : "above");
  if (!layer.bias.empty()) {
    p["bias_mant"] = bias_of(layer);
    p["bias_exp"] = kBiasExponent;
  }
  return population;
}

// Empty when the file does not say.
Shape first_input_shape(const std::vector<LavaLayer>& layers, const LavaNetOptions& options) {
  if (layers.front().type == LavaLayerType::kInput) return layers.front().shape;
  if (options.input_shape) return {options.input_shape->begin(), options.input_shape->end()};
  for (const LavaLayer& layer : layers) {
    if (layer.type == LavaLayerType::kDense) return {layer.weight_shape[1]};
    if (layer.type == LavaLayerType::kConv) return {};
  }
  return {};
}

std::string describe(const std::string& path, const std::vector<LavaLayer>& layers, const RunPlan& plan,
                     const LavaNetOptions& options) {
  std::string text = absl::StrFormat("format: lava-dl\nnetwork: \"%s\"\nstep_ms: %g\ninput: {size: %d}\nlayers:\n",
                                     path, to_ms(options.step), plan.network.sources.front().size);
  for (const PopulationSpec& population : plan.network.populations) {
    const LavaLayer& layer = layers[static_cast<std::size_t>(std::atoi(population.name.c_str() + 5))];
    absl::StrAppendFormat(&text, "  - {name: %s, shape: [%s], iDecay: %d, vDecay: %d, vThMant: %d, threshold: %s}\n",
                          population.name, absl::StrJoin(layer.shape, ", "), layer.neuron.current_decay,
                          layer.neuron.voltage_decay, layer.neuron.threshold,
                          std::get<std::string>(population.parameters.at("threshold")));
  }
  return text;
}

}  // namespace

SpikeList bin_to_steps(const SpikeList& spikes, Duration step) {
  SpikeList binned;
  binned.reserve(spikes.size());
  for (const auto& [at, neuron] : spikes) {
    const Duration since = at.time_since_epoch();
    std::int64_t index = since / step;
    const Duration over = since % step, under = step - over;
    if (over > under || (over == under && index % 2 != 0)) ++index;
    binned.emplace_back(kStart + index * step, neuron);
  }
  std::sort(binned.begin(), binned.end());
  binned.erase(std::unique(binned.begin(), binned.end()), binned.end());
  return binned;
}

absl::StatusOr<RunPlan> read_lava_net(const std::string& path, const LavaNetOptions& options) {
  if (options.step <= Duration{0}) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: step %g ms, must be above 0; lava-dl trains with 1 ms", path, to_ms(options.step)));
  }
  const absl::StatusOr<std::vector<LavaLayer>> layers = read_lava_layers(path);
  if (!layers.ok()) return layers.status();
  RunPlan plan;
  plan.network.name = std::filesystem::path(path).stem().string();
  Shape input = first_input_shape(*layers, options);
  std::uint64_t budget = options.max_synapses;
  std::string source = "input";
  plan.network.sources.push_back({source, static_cast<std::uint32_t>(size_of(input)), input, SpikeListSource{}});
  for (std::size_t i = 0; i < layers->size(); ++i) {
    const LavaLayer& layer = (*layers)[i];
    if (layer.type == LavaLayerType::kInput) {
      if (i != 0) return error_at(layer, "an input layer, must be the first");
      continue;
    }
    if (layer.type == LavaLayerType::kFlatten) {
      input = {static_cast<std::uint32_t>(size_of(input))};  // channel-first, which is how neurons are numbered
      continue;
    }
    Synapses synapses(budget, options.step);
    const absl::Status status = layer.type == LavaLayerType::kDense
                                    ? connect_dense(layer, input, budget, synapses)
                                    : connect_convolution(layer, input, budget, synapses);
    if (!status.ok()) return status;
    budget -= synapses.edges.size();
    const std::string name = absl::StrCat("layer", i);
    plan.network.populations.push_back(population_of(layer, name, options));
    ProjectionSpec& projection = plan.network.projections.emplace_back();
    projection.source = source;
    projection.target = name;
    projection.rule = Explicit{std::move(synapses.edges), layer.where};
    plan.network.spike_probes.push_back({name, {}});
    source = name;
    input = layer.shape;
  }
  if (plan.network.populations.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ":/layer: no dense or conv layer, must be at least one"));
  }
  absl::StatusOr<std::string> hash = sha256_file(path);
  if (!hash.ok()) return hash.status();
  plan.inputs.push_back({path, *std::move(hash)});
  plan.resolved = describe(path, *layers, plan, options);
  return plan;
}

}  // namespace volley::io
