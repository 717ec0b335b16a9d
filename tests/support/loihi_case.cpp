#include "tests/support/loihi_case.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "io/sha256.h"
#include "models/catalog.h"
#include "models/loihi_weights.h"

namespace volley::test {
namespace {

using Json = nlohmann::json;
using Matrix = std::vector<std::vector<std::int64_t>>;  // [target][source]

constexpr Duration kStep{1'000'000'000};

// The model's parameter for every key that is one value for all neurons or one each.
constexpr std::array<std::pair<const char*, const char*>, 9> kNeuronKeys{{{"decay_u", "du"},
                                                                          {"decay_v", "dv"},
                                                                          {"vth_mant", "vth_mant"},
                                                                          {"bias_mant", "bias_mant"},
                                                                          {"bias_exp", "bias_exp"},
                                                                          {"refractory", "refractory"},
                                                                          {"vmin", "vmin"},
                                                                          {"vmax", "vmax"},
                                                                          {"ds_offset", "ds_offset"}}};
const std::set<std::string> kOtherKeys{"n",        "steps",     "n_inputs",         "inputs", "w_in",
                                       "w_rec",    "delay_in",  "delay_rec",        "w_exp",  "num_weight_bits",
                                       "w_in_act", "w_rec_act", "sha256_full_trace"};

// Lines of numbers after a header line, which names the fields. A line that ends early, or a field that is no number,
// is an error that names the step, the neuron and the field.
std::vector<std::vector<std::int64_t>> read_numbers(const std::string& path, const std::vector<std::string>& names) {
  std::ifstream in(path);
  std::vector<std::vector<std::int64_t>> lines;
  std::string line;
  std::getline(in, line);
  for (std::size_t number = 2; std::getline(in, line); ++number) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    std::vector<std::int64_t> fields;
    std::istringstream words(line);
    for (std::string word; fields.size() < names.size() && std::getline(words, word, ',');) {
      std::int64_t value = 0;
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
      if (error != std::errc{} || end != word.data() + word.size()) break;
      fields.push_back(value);
    }
    if (fields.size() < names.size()) {
      std::string where;
      for (std::size_t f = 0; f < fields.size() && f < 2; ++f)
        where += names[f] + " " + std::to_string(fields[f]) + ", ";
      throw std::runtime_error(where + names[fields.size()] + ": missing in line " + std::to_string(number) + " of " +
                               std::filesystem::path(path).filename().string());
    }
    lines.push_back(std::move(fields));
  }
  return lines;
}

// "" or the first row that a trace must have and has not: all neurons of a small network, the first five of a larger
// one and all of them in its last step.
std::string first_missing(const LoihiCase& c) {
  constexpr std::int64_t kSmall = 10, kShown = 5;
  std::set<std::pair<std::int64_t, std::int64_t>> rows;
  for (const LoihiRow& row : c.trace) {
    if (row.step < 1 || row.step > c.steps || row.neuron < 0 || row.neuron >= c.neurons) {
      return "step " + std::to_string(row.step) + ", neuron " + std::to_string(row.neuron) + ": the case has " +
             std::to_string(c.steps) + " steps of " + std::to_string(c.neurons) + " neurons";
    }
    rows.emplace(row.step, row.neuron);
  }
  for (std::int64_t step = 1; step <= c.steps; ++step) {
    const std::int64_t shown = c.neurons <= kSmall || step == c.steps ? c.neurons : kShown;
    for (std::int64_t neuron = 0; neuron < shown; ++neuron) {
      if (rows.contains({step, neuron})) continue;
      return "step " + std::to_string(step) + ", neuron " + std::to_string(neuron) + ", u: missing in " + c.name +
             "_trace.csv";
    }
  }
  return c.fired ? "" : "step 1, spike: missing, there is no " + c.name + "_spikes.csv";
}

std::string hash_in_manifest(const std::string& folder, const std::string& name) {
  std::ifstream in(folder + "/MANIFEST.csv");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(name + ",", 0) == 0) {
      std::string hash = line.substr(line.rfind(',') + 1);
      while (!hash.empty() && (hash.back() == '\r' || hash.back() == ' ')) hash.pop_back();
      return hash;
    }
  }
  return "";
}

// A scalar stands for every entry.
Matrix matrix_of(const Json& json, const char* key, std::int64_t rows, std::int64_t columns, std::int64_t missing) {
  const auto width = static_cast<std::size_t>(columns);
  if (!json.contains(key)) return Matrix(static_cast<std::size_t>(rows), std::vector<std::int64_t>(width, missing));
  if (json.at(key).is_number()) return matrix_of(Json::object(), "", rows, columns, json.at(key).get<std::int64_t>());
  auto matrix = json.at(key).get<Matrix>();
  if (std::ssize(matrix) != rows) throw std::runtime_error(std::string(key) + " has the wrong number of rows");
  for (const auto& row : matrix) {
    if (row.size() != width) throw std::runtime_error(std::string(key) + " has a row of the wrong length");
  }
  return matrix;
}

// The integers that reach the accumulator: as given, else from the mantissas.
Matrix weights_of(const Json& json, const std::string& key, std::int64_t rows, std::int64_t columns) {
  const std::string act = key + "_act";
  if (json.contains(act)) return matrix_of(json, act.c_str(), rows, columns, 0);
  Matrix weights = matrix_of(json, key.c_str(), rows, columns, 0);
  bool positive = false, negative = false;
  for (const auto& row : weights) {
    for (const std::int64_t w : row) {
      positive = positive || w > 0;
      negative = negative || w < 0;
    }
  }
  const LoihiWeightFormat format{.weight_exponent = json.value("w_exp", 0),
                                 .weight_bits = json.value("num_weight_bits", 8),
                                 .mixed_sign = positive && negative};
  for (auto& row : weights) {
    for (std::int64_t& w : row) w = loihi_weight(w, format);
  }
  return weights;
}

// `extra`: steps added to every delay.
ProjectionSpec projection(const char* source, const Matrix& weights, const Matrix& delays, std::int64_t extra) {
  Explicit edges;
  for (std::size_t target = 0; target < weights.size(); ++target) {
    for (std::size_t from = 0; from < weights[target].size(); ++from) {
      if (weights[target][from] == 0) continue;
      edges.edges.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(target),
                             static_cast<float>(weights[target][from]), (delays[target][from] + extra) * kStep});
    }
  }
  ProjectionSpec spec;
  spec.source = source;
  spec.target = "net";
  spec.rule = std::move(edges);
  spec.delay_resolution = kStep;
  return spec;
}

Network network_of(const Json& json, std::int64_t n) {
  Network network;
  PopulationSpec net{.name = "net",
                     .model = "loihi_cuba",
                     .size = static_cast<std::uint32_t>(n),
                     .shape = {},
                     .parameters = {{"dt", to_ms(kStep)}}};
  for (const auto& [key, parameter] : kNeuronKeys) {
    if (!json.contains(key)) continue;
    if (json.at(key).is_array()) {
      net.parameters[parameter] = json.at(key).get<std::vector<double>>();
    } else {
      net.parameters[parameter] = json.at(key).get<double>();
    }
  }
  network.populations.push_back(std::move(net));

  const std::int64_t inputs = json.value("n_inputs", std::int64_t{0});
  if (inputs > 0) {
    // The source fires in the step in which the weight would reach the accumulator without a delay.
    SpikeListSource list;
    for (const auto& [step, source] : json.at("inputs").get<std::vector<std::pair<std::int64_t, std::uint32_t>>>()) {
      list.spikes.emplace_back(kStart + step * kStep, source);
    }
    network.sources.push_back({"in", static_cast<std::uint32_t>(inputs), {}, std::move(list)});
    network.projections.push_back(
        projection("in", weights_of(json, "w_in", n, inputs), matrix_of(json, "delay_in", n, inputs, 0), 0));
  }
  network.projections.push_back(
      projection("net", weights_of(json, "w_rec", n, n), matrix_of(json, "delay_rec", n, n, 0), 1));
  std::erase_if(network.projections, [](const ProjectionSpec& p) { return std::get<Explicit>(p.rule).edges.empty(); });
  for (const char* variable : {"u", "v"}) {
    network.state_probes.push_back({.population = "net",
                                    .neurons = {},
                                    .variable = variable,
                                    .start = kStart + kStep,
                                    .interval = kStep,
                                    .times = {}});
  }
  return network;
}

// Collects u, v and spikes of every step.
class Collector final : public Observer {
 public:
  Collector(std::int64_t neurons, std::int64_t steps) : neurons_(neurons) {
    for (std::int64_t step = 1; step <= steps; ++step) {
      for (std::int64_t i = 0; i < neurons; ++i) rows_.push_back({step, i, 0, 0, 0});
    }
  }

  absl::Status on_window(const WindowReport& report) override {
    for (const TraceSample& sample : report.samples) {
      for (std::size_t i = 0; i < sample.values.size(); ++i) {
        LoihiRow& row = at(sample.at, i);
        (sample.probe == 0 ? row.u : row.v) = static_cast<std::int64_t>(sample.values[i]);
      }
    }
    for (const Spike& spike : report.spikes) {
      if (index_of(spike.population) == 0) at(spike.at, spike.neuron).spike += 1;
    }
    return absl::OkStatus();
  }

  std::vector<LoihiRow> take() { return std::move(rows_); }

 private:
  LoihiRow& at(Time t, std::size_t neuron) {
    return rows_.at(static_cast<std::size_t>(((t - kStart) / kStep - 1) * neurons_) + neuron);
  }

  std::int64_t neurons_;
  std::vector<LoihiRow> rows_;
};

std::string difference(const LoihiRow& expected, const char* field, std::int64_t wanted, std::int64_t got) {
  if (wanted == got) return "";
  return "step " + std::to_string(expected.step) + ", neuron " + std::to_string(expected.neuron) + ", " + field +
         ": expected " + std::to_string(wanted) + ", got " + std::to_string(got);
}

std::string spike_difference(const LoihiCase& c, const std::vector<LoihiRow>& rows) {
  std::set<std::pair<std::int64_t, std::int64_t>> expected;
  for (const LoihiRow& row : *c.fired) expected.emplace(row.step, row.neuron);
  for (const LoihiRow& row : rows) {
    const std::int64_t wanted = expected.contains({row.step, row.neuron}) ? 1 : 0;
    if (std::string d = difference(row, "spike", wanted, row.spike); !d.empty()) return d;
  }
  return "";
}

}  // namespace

LoihiCase read_loihi_case(const std::string& folder, const std::string& name) {
  const std::string stem = folder + "/" + name;
  try {
    std::ifstream description(stem + ".json");
    if (!description) throw std::runtime_error("missing");
    const Json json = Json::parse(description);
    LoihiCase c;
    c.name = name;
    c.neurons = json.at("n").get<std::int64_t>();
    c.steps = json.at("steps").get<std::int64_t>();
    c.network = network_of(json, c.neurons);
    c.sha256 = json.value("sha256_full_trace", hash_in_manifest(folder, name));
    for (const auto& [key, value] : json.items()) {
      const bool known =
          kOtherKeys.contains(key) ||
          std::any_of(kNeuronKeys.begin(), kNeuronKeys.end(), [&name = key](const auto& k) { return name == k.first; });
      if (!known) c.ignored.push_back(key);
    }
    for (const auto& f : read_numbers(stem + "_trace.csv", {"step", "neuron", "u", "v", "spike"})) {
      c.trace.push_back({f.at(0), f.at(1), f.at(2), f.at(3), f.at(4)});
    }
    if (std::filesystem::exists(stem + "_spikes.csv")) {
      c.fired.emplace();
      for (const auto& f : read_numbers(stem + "_spikes.csv", {"step", "neuron"})) {
        c.fired->push_back({f.at(0), f.at(1), 0, 0, 1});
      }
    }
    return c;
  } catch (const std::exception& e) {
    throw std::runtime_error(stem + ".json: " + e.what());
  }
}

std::vector<LoihiRow> run_loihi_case(const LoihiCase& test_case, const Options& options) {
  absl::StatusOr<Simulation> simulation = build(test_case.network, standard_models(), options);
  if (!simulation.ok()) throw std::runtime_error(std::string(simulation.status().message()));
  Collector collector(test_case.neurons, test_case.steps);
  simulation->add_observer(collector);
  const absl::Status status = simulation->run(test_case.steps * kStep + Duration{1});
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
  return collector.take();
}

std::string first_difference(const LoihiCase& c, const std::vector<LoihiRow>& rows) {
  if (std::string missing = first_missing(c); !missing.empty()) return missing;
  for (const LoihiRow& expected : c.trace) {
    const LoihiRow& got = rows.at(static_cast<std::size_t>((expected.step - 1) * c.neurons + expected.neuron));
    for (std::string d : {difference(expected, "u", expected.u, got.u), difference(expected, "v", expected.v, got.v),
                          difference(expected, "spike", expected.spike, got.spike)}) {
      if (!d.empty()) return d;
    }
  }
  if (std::string d = spike_difference(c, rows); !d.empty()) return d;
  if (!c.sha256.empty()) {
    std::string text;
    for (const LoihiRow& r : rows) {
      for (const std::int64_t x : {r.step, r.neuron, r.u, r.v}) text += std::to_string(x) + ",";
      text += std::to_string(r.spike) + "\n";
    }
    if (const std::string hash = io::sha256_bytes(text); hash != c.sha256) {
      return "sha256 of the full trace: expected " + c.sha256 + ", got " + hash;
    }
  }
  return "";
}

}  // namespace volley::test
