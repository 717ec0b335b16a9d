#include "apps/edlearn/spiking_network.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace volley::edlearn {
namespace {

constexpr double kGain = 0.5;          // thresholds per unit of weight, at the two measures below
constexpr double kBrightness = 102.5;  // mean sum of MNIST's pixels
constexpr double kSources = 64;        // hidden neurons per class
constexpr double kDeep = 0.2;          // of that, where hidden neurons drive hidden neurons

std::string layer_name(const Settings& settings, std::size_t l) {
  return l < settings.hidden.size() ? absl::StrCat("hidden", l + 1) : "output";
}

PopulationSpec population(const Settings& settings, const Shape& shape, std::size_t l, double gain) {
  const LifSettings& lif = settings.lif;
  const double drive = lif.r_m * settings.bias / gain;
  return {.name = layer_name(settings, l),
          .model = "lif_delta",
          .size = kClasses * shape.targets(l),
          .shape = {},
          .parameters = {{"tau_m", lif.tau_m},
                         {"v_rest", lif.v_rest / gain},
                         {"v_threshold", lif.v_threshold / gain},
                         {"v_reset", lif.v_reset / gain},
                         {"t_ref", lif.tau_ref},
                         {"i_e", drive},
                         {"v_init", lif.v_rest / gain + drive}}};
}

}  // namespace

std::vector<double> standard_gains(const Settings& settings, const Shape& shape, double brightness) {
  const double threshold = settings.lif.v_threshold - settings.lif.v_rest;
  std::vector<double> gains;
  for (std::size_t l = 0; l < spiking_layers(settings); ++l) {
    double part = kBrightness / brightness;
    if (l > 0) part = std::sqrt(kSources / static_cast<double>(shape.sources(l)));
    if (l > 0 && l < settings.hidden.size()) part *= kDeep;
    gains.push_back(threshold * kGain * part);
  }
  return gains;
}

namespace {

// The synapses of layer l as edges: those of one sign, or of both.
Explicit edges_of(const Settings& settings, const Weights& weights, std::size_t l, bool positive, bool negative) {
  const Shape& shape = weights.shape;
  Explicit edges;
  for (std::uint32_t r = 0; r < shape.rows(l); ++r) {
    const std::uint32_t first = l == 0 ? 0 : r / shape.sources(l) * shape.targets(l);
    const std::span<const float> row = weights.row(l, r);
    for (std::uint32_t j = 0; j < row.size(); ++j) {
      if (!(sign_of(shape, l, r, j) > 0 ? positive : negative)) continue;
      edges.edges.push_back({r, first + j, row[j], duration_from_ms(settings.spike_dt)});
    }
  }
  return edges;
}

}  // namespace

Network spiking_network(const Settings& settings, const Weights& weights, bool listed) {
  const Shape& shape = weights.shape;
  Network network;
  network.sources = {{.name = "pixels", .size = shape.sources(0), .shape = {}, .kind = SpikeListSource{}}};
  for (std::size_t l = 0; l < spiking_layers(settings); ++l) {
    network.populations.push_back(population(settings, shape, l, weights.gains[l]));
    ProjectionSpec projection;
    projection.source = l == 0 ? "pixels" : layer_name(settings, l - 1);
    projection.target = layer_name(settings, l);
    projection.delay_ms = Constant{settings.spike_dt};
    if (listed) {
      const std::string name = absl::StrCat(projection.source, "_to_", projection.target);
      for (const bool positive : {true, false}) {
        projection.name = name + (positive ? "_positive" : "_negative");
        projection.rule = edges_of(settings, weights, l, positive, !positive);
        network.projections.push_back(projection);
      }
      continue;
    }
    if (l == 0) {
      projection.rule = AllToAll{};
      projection.weight = Uniform{0, 1};
    } else {
      projection.rule = edges_of(settings, weights, l, true, true);
    }
    network.projections.push_back(std::move(projection));
  }
  return network;
}

}  // namespace volley::edlearn
