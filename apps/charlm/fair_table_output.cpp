// The fair table as text, CSV and picture.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/charlm/fair_table.h"

namespace volley::charlm {
namespace {

std::string quoted(const std::string& text) {
  return text.find_first_of(",\"") == std::string::npos ? text : "\"" + text + "\"";
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else
      result += c;
  }
  return result;
}

}  // namespace

std::string table_text(const std::vector<TableRow>& rows) {
  std::string text = absl::StrFormat("%-32s %7s %6s %6s %5s %7s %9s %8s %9s %9s %7s\n", "model", "PPL", "+-", "acc %",
                                     "rate", "fire %", "syn/char", "upd/char", "dense/chr", "readout/c", "CPU s");
  for (const TableRow& row : rows) {
    absl::StrAppendFormat(&text, "%-32s %7.2f", row.name, row.mean());
    if (row.neurons == 0) {
      absl::StrAppend(&text, row.source.empty() ? "" : "         ", row.source, "\n");
      continue;
    }
    absl::StrAppendFormat(&text, " %6.3f %6.1f %5.1f %7.2f %9.0f %8.0f %9.0f %9.0f %7.1f\n", row.spread(),
                          100 * row.accuracy, row.rate, 100 * row.work.firing, row.work.synaptic_events,
                          row.work.neuron_updates, row.work.dense_operations, row.work.readout_operations, row.seconds);
  }
  return text;
}

absl::StatusOr<std::string> table_csv(const std::vector<TableRow>& rows) {
  std::string text =
      "model,neurons,perplexity_mean,perplexity_sd,seeds,perplexities,accuracy,rate,firing_share,spikes_per_char,"
      "synaptic_events_per_char,input_events_per_char,neuron_updates_per_char,dense_operations_per_char,"
      "readout_operations_per_char,cpu_seconds";
  for (const char* set : {"source:assumed", "45nm:published", "davies2018:published", "fitted:fitted"}) {
    absl::StrAppend(&text, ",", set, " network_pj,", set, " readout_pj");
  }
  absl::StrAppend(&text, ",source\n");
  for (const TableRow& row : rows) {
    std::string all;
    for (const double p : row.perplexities) absl::StrAppendFormat(&all, "%s%.6f", all.empty() ? "" : " ", p);
    absl::StrAppendFormat(&text, "%s,%d,%.6f,%.6f,%d,%s,", quoted(row.name), row.neurons, row.mean(), row.spread(),
                          row.perplexities.size(), all);
    if (row.neurons == 0) {
      absl::StrAppend(&text, std::string(17, ','), quoted(row.source), "\n");
      continue;
    }
    const Work& w = row.work;
    absl::StrAppendFormat(&text, "%.6f,%g,%.6f,%.3f,%.3f,%.3f,%.3f,%.0f,%.0f,%.1f", row.accuracy, row.rate, w.firing,
                          w.spikes, w.synaptic_events, w.input_events, w.neuron_updates, w.dense_operations,
                          w.readout_operations, row.seconds);
    const absl::StatusOr<std::vector<EnergyOfCharacter>> energies = energy_of(w, row.neurons, 10);
    if (!energies.ok()) return energies.status();
    for (const EnergyOfCharacter& e : *energies) {
      absl::StrAppend(&text, ",", e.network_pj ? absl::StrFormat("%.1f", *e.network_pj) : "",
                      absl::StrFormat(",%.1f", e.readout_pj));
    }
    absl::StrAppend(&text, ",\n");
  }
  return text;
}

std::string table_svg(const std::vector<TableRow>& rows, const std::string& title) {
  constexpr double kLeft = 270, kWide = 520, kStep = 24, kTop = 50;
  double most = 1;
  for (const TableRow& row : rows) most = std::max(most, row.mean() + row.spread());
  const double height = kTop + kStep * static_cast<double>(rows.size()) + 40;
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\" height=\"%.0f\" font-family=\"sans-serif\" "
      "font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
      "<text x=\"16\" y=\"28\" font-size=\"16\">%s</text>\n",
      height, escaped(title));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const TableRow& row = rows[r];
    const double y = kTop + kStep * static_cast<double>(r), wide = row.mean() / most * kWide;
    const char* colour = row.work.neuron_updates > 0 ? "#2a7f9e" : row.neurons > 0 ? "#c77d2e" : "#8a8f98";
    absl::StrAppendFormat(&svg,
                          "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n"
                          "<rect x=\"%.0f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\" fill=\"%s\"/>\n"
                          "<text x=\"%.1f\" y=\"%.1f\">%.2f</text>\n",
                          kLeft - 8, y + 14, escaped(row.name), kLeft, y, wide, kStep - 6, colour, kLeft + wide + 6,
                          y + 14, row.mean());
    if (row.spread() > 0) {
      const double reach = row.spread() / most * kWide;
      absl::StrAppendFormat(&svg, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"black\"/>\n",
                            kLeft + wide - reach, y + 9, kLeft + wide + reach, y + 9);
    }
  }
  absl::StrAppendFormat(&svg,
                        "<text x=\"16\" y=\"%.0f\" fill=\"#555\">test perplexity; blue: spiking, orange: conventional, "
                        "grey: n-grams and quoted; lines: standard deviation over seeds</text>\n</svg>\n",
                        height - 14);
  return svg;
}

}  // namespace volley::charlm
