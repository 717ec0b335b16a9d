#include "apps/edlearn/export.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/edlearn/encoding.h"
#include "apps/edlearn/rate_form.h"
#include "apps/edlearn/spiking_network.h"
#include "apps/edlearn/streams.h"
#include "io/file_bytes.h"
#include "io/output_path.h"
#include "io/spike_csv.h"

namespace volley::edlearn {
namespace {

std::string edges_csv(const Explicit& edges) {
  std::string text = "source,target,weight,delay_ms\n";
  text.reserve(edges.edges.size() * 24);
  for (const Edge& e : edges.edges) {
    absl::StrAppendFormat(&text, "%d,%d,%.9g,%.9g\n", e.source, e.target, e.weight, to_ms(e.delay));
  }
  return text;
}

std::string description(const Settings& settings, const Network& network, std::size_t images, Duration period) {
  std::string text = absl::StrFormat(
      "volley: 1\nname: edlearn\n# %s; potentials are in mV divided by the layer's gain, see apps/edlearn\nseed: %d\n"
      "until: %.9g ms\npopulations:\n",
      settings.fashion ? "Fashion-MNIST" : "MNIST", settings.seed, to_ms(period) * static_cast<double>(images));
  for (const PopulationSpec& p : network.populations) {
    const auto value = [&](const char* name) { return std::get<double>(p.parameters.at(name)); };
    absl::StrAppendFormat(&text, "  %s:\n    model: lif_delta\n    size: %d\n    params:\n", p.name, p.size);
    for (const auto& [name, unit] :
         {std::pair("tau_m", "ms"), std::pair("v_rest", "mV"), std::pair("v_threshold", "mV"),
          std::pair("v_reset", "mV"), std::pair("t_ref", "ms"), std::pair("i_e", "mV"), std::pair("v_init", "mV")}) {
      absl::StrAppendFormat(&text, "      %s: %.17g %s\n", name, value(name), unit);
    }
  }
  absl::StrAppendFormat(&text, "sources:\n  pixels: {size: %d, spikes: {file: pixels.csv}}\nprojections:\n",
                        network.sources[0].size);
  for (const ProjectionSpec& p : network.projections) {
    absl::StrAppendFormat(&text, "  - {name: %s, from: %s, to: %s, edges: {file: %s.csv}}\n", p.name, p.source,
                          p.target, p.name);
  }
  if (settings.readout == Readout::kSpikes) {
    absl::StrAppendFormat(
        &text,
        "readout: {population: output, window: %.9g ms, windows: %d, labels: {file: labels.csv, column: "
        "label}}\n",
        to_ms(period), images);
  }
  return text;
}

std::string readout_csv(const Weights& weights) {
  const std::size_t last = weights.shape.hidden.size();
  const std::uint32_t sources = weights.shape.sources(last);
  std::string text = "class,neuron,weight\n";
  for (std::uint32_t r = 0; r < weights.shape.rows(last); ++r) {
    absl::StrAppendFormat(&text, "%d,%d,%.9g\n", r / sources, r, weights.row(last, r)[0]);
  }
  return text;
}

}  // namespace

absl::Status export_network(const std::string& folder, const Settings& settings, const Weights& weights,
                            const DataSet& data, std::span<const std::uint32_t> images, Duration period) {
  namespace fs = std::filesystem;
  if (absl::Status s = io::make_output_folder(folder); !s.ok()) return s;
  const auto write = [&](const std::string& name, const std::string& bytes) {
    return io::write_file_bytes((fs::path(folder) / name).string(), bytes);
  };
  const Network network = spiking_network(settings, weights, true);
  for (const ProjectionSpec& p : network.projections) {
    if (absl::Status s = write(p.name + ".csv", edges_csv(std::get<Explicit>(p.rule))); !s.ok()) return s;
  }
  Encoder encoder(settings);
  io::SpikeList spikes;
  std::vector<float> pixels;
  std::string labels = "label\n";
  for (std::size_t k = 0; k < images.size(); ++k) {
    pixels_of(data.test.images.image(images[k]), settings.ami, pixels);
    encoder.encode(pixels, stream(settings.seed, kTestSpikes), images[k],
                   kStart + static_cast<std::int64_t>(k) * period);
    spikes.insert(spikes.end(), encoder.spikes().begin(), encoder.spikes().end());
    absl::StrAppend(&labels, data.test.labels[images[k]], "\n");
  }
  if (absl::Status s = write("pixels.csv", io::encode_spike_csv(spikes)); !s.ok()) return s;
  if (absl::Status s = write("labels.csv", labels); !s.ok()) return s;
  if (settings.readout == Readout::kSigmoid) {
    if (absl::Status s = write("readout.csv", readout_csv(weights)); !s.ok()) return s;
  }
  return write("network.yaml", description(settings, network, images.size(), period));
}

}  // namespace volley::edlearn
