#include "apps/digits/saved.h"

#include <cstdio>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "io/csv_column.h"
#include "io/edge_csv.h"
#include "io/file_bytes.h"
#include "io/output_path.h"

namespace volley::digits {
namespace {

namespace fs = std::filesystem;

std::string in(const std::string& folder, const char* name) { return (fs::path(folder) / name).string(); }

constexpr const char* kHead = "# digits: ";

std::string description(const Settings& settings, const Saved& saved) {
  return absl::StrFormat(
      "%s%d neurons, %d pixels, %d passes\n"
      "# Trained by apps/digits. Spikes of images: volley run network.yaml --input SPIKES\n"
      "volley: 1\nname: digits\nseed: %d\nuntil: %.9g ms\n"
      "populations:\n"
      "  exc:\n    model: lif_adaptive\n    size: %d\n"
      "    params: {tau_m: 100 ms, v_rest: -65 mV, v_reset: -65 mV, v_threshold: -52 mV, t_ref: 5 ms, theta_plus: 0 "
      "mV, "
      "tau_theta: 1e9 ms, theta_init: {file: neurons.csv, column: theta_mv}}\n"
      "sources:\n  pixels: {size: %d, spikes: []}\n"
      "projections:\n"
      "  - {name: input, from: pixels, to: exc, edges: {file: input.csv}}\n"
      "  - {name: against, from: exc, to: exc, rule: all_to_all, autapses: false, weight: %.9g mV, delay: 1 ms}\n",
      kHead, settings.neurons, saved.state.pixels, saved.passes, settings.seed, settings.present_ms + settings.rest_ms,
      settings.neurons, saved.state.pixels, -settings.inhibition_mv);
}

}  // namespace

absl::Status save(const std::string& folder, const Settings& settings, const Saved& saved) {
  if (absl::Status s = io::make_output_folder(folder); !s.ok()) return s;
  std::string edges = "source,target,weight,delay_ms\n", neurons = "theta_mv\n";
  for (std::size_t s = 0; s < saved.state.weight.size(); ++s) {
    absl::StrAppendFormat(&edges, "%d,%d,%.9g,1\n", s / settings.neurons, s % settings.neurons, saved.state.weight[s]);
  }
  for (const double theta : saved.state.theta) absl::StrAppendFormat(&neurons, "%.17g\n", theta);
  if (absl::Status s = io::write_file_bytes(in(folder, "input.csv"), edges); !s.ok()) return s;
  if (absl::Status s = io::write_file_bytes(in(folder, "neurons.csv"), neurons); !s.ok()) return s;
  return io::write_file_bytes(in(folder, "network.yaml"), description(settings, saved));
}

absl::StatusOr<Saved> load(const std::string& folder, const Settings& settings, std::uint32_t pixels) {
  const auto text = io::read_file_bytes(in(folder, "network.yaml"));
  if (!text.ok()) return text.status();
  unsigned neurons = 0, size = 0, passes = 0;
  if (std::sscanf(text->c_str(), "# digits: %u neurons, %u pixels, %u passes", &neurons, &size, &passes) != 3) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: was not written by digits --save; choose a folder that was", in(folder, "network.yaml")));
  }
  if (neurons != settings.neurons || size != pixels) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: a network of %d neurons on %d pixels, must be %d on %d; set --neurons and the data as they were", folder,
        neurons, size, settings.neurons, pixels));
  }
  const auto edges = io::read_edges_csv(in(folder, "input.csv"), {pixels, neurons});
  if (!edges.ok()) return edges.status();
  if (edges->size() != std::size_t{pixels} * neurons) {
    return absl::DataLossError(absl::StrFormat("%s: %d synapses, must be %d; the file was cut off",
                                               in(folder, "input.csv"), edges->size(), std::size_t{pixels} * neurons));
  }
  auto theta = io::read_csv_column(in(folder, "neurons.csv"), "theta_mv", neurons);
  if (!theta.ok()) return theta.status();
  Saved saved{{pixels, std::vector<float>(edges->size()), *std::move(theta)}, passes};
  for (const Edge& edge : *edges) saved.state.weight[std::size_t{edge.source} * neurons + edge.target] = edge.weight;
  return saved;
}

}  // namespace volley::digits
