#include "apps/volley/gap.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/volley/compare.h"
#include "apps/volley/values.h"

namespace volley::app {
namespace {

std::vector<double> counts_of(const io::SpikeList& spikes, std::uint32_t neurons) {
  std::vector<double> counts(neurons, 0.0);
  for (const auto& [at, neuron] : spikes) ++counts[neuron];
  return counts;
}

std::optional<double> pearson(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) mean_x += x[i] / n, mean_y += y[i] / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - mean_x, dy = y[i] - mean_y;
    xx += dx * dx, yy += dy * dy, xy += dx * dy;
  }
  if (xx <= 0 || yy <= 0) return std::nullopt;
  return xy / std::sqrt(xx * yy);
}

std::string two_digits(const std::optional<double>& value) { return value ? absl::StrFormat("%.3f", *value) : "-"; }

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return absl::StrFormat("%.1f%%", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

absl::Status SpikeCollector::on_window(const WindowReport& report) {
  for (const Spike& spike : report.spikes) {
    const std::size_t population = index_of(spike.population);
    if (population >= spikes_.size()) spikes_.resize(population + 1);
    spikes_[population].emplace_back(spike.at, spike.neuron);
  }
  return absl::OkStatus();
}

const io::SpikeList& SpikeCollector::spikes(std::size_t population) const {
  static const io::SpikeList kNone;
  return population < spikes_.size() ? spikes_[population] : kNone;
}

PopulationGap gap_of(const std::string& name, std::uint32_t neurons, const io::SpikeList& exact,
                     const io::SpikeList& chip, Duration step, Duration duration) {
  PopulationGap gap{.name = name, .neurons = neurons, .exact = exact.size(), .chip = chip.size()};
  const double neuron_seconds = neurons * to_seconds(duration);
  if (neuron_seconds > 0) {
    gap.exact_hz = static_cast<double>(gap.exact) / neuron_seconds;
    gap.chip_hz = static_cast<double>(gap.chip) / neuron_seconds;
  }
  if (gap.exact > 0) gap.ratio = static_cast<double>(gap.chip) / static_cast<double>(gap.exact);
  if (const auto all = static_cast<double>(gap.exact + gap.chip); all > 0) {
    gap.f1 = (all - static_cast<double>(compare_trains(exact, chip, step).unmatched)) / all;
  }
  gap.correlation = pearson(counts_of(exact, neurons), counts_of(chip, neurons));
  return gap;
}

ReadoutScore score(const io::Readout& readout, const io::SpikeList& spikes, Duration duration) {
  ReadoutScore score;
  const Duration start = readout.start.time_since_epoch();
  const std::int64_t whole = duration < start ? 0 : (duration - start) / readout.window;
  score.windows = std::min<std::uint64_t>(readout.labels.size(), static_cast<std::uint64_t>(whole));
  std::vector<std::vector<std::uint32_t>> fired(score.windows);
  for (const auto& [at, neuron] : spikes) {
    if (at < readout.start) continue;
    const auto window = static_cast<std::uint64_t>((at - readout.start) / readout.window);
    if (window < score.windows) fired[window].push_back(neuron);
  }
  for (std::uint64_t w = 0; w < score.windows; ++w) {
    std::sort(fired[w].begin(), fired[w].end());
    std::optional<std::uint32_t> answer;
    std::size_t most = 0;
    for (std::size_t i = 0; i < fired[w].size();) {
      std::size_t end = i;
      while (end < fired[w].size() && fired[w][end] == fired[w][i]) ++end;
      if (end - i > most) most = end - i, answer = fired[w][i];
      i = end;
    }
    score.silent += answer ? 0 : 1;
    score.correct += answer == readout.labels[w] ? 1 : 0;
    score.answers.push_back(answer);
  }
  return score;
}

Gap gap_between(const std::vector<PopulationCounters>& populations, const SpikeCollector& exact,
                const SpikeCollector& chip, const std::optional<io::Readout>& readout, Duration step,
                Duration duration) {
  Gap gap{.step = step, .populations = {}, .readout = {}};
  for (std::size_t i = 0; i < populations.size(); ++i) {
    const PopulationCounters& population = populations[i];
    if (population.is_source) continue;
    gap.populations.push_back(
        gap_of(population.name, population.size, exact.spikes(i), chip.spikes(i), step, duration));
    if (!readout || readout->population != population.name) continue;
    ReadoutGap both{population.name, score(*readout, exact.spikes(i), duration),
                    score(*readout, chip.spikes(i), duration), 0};
    for (std::uint64_t w = 0; w < both.exact.windows; ++w) {
      both.agreements += both.exact.answers[w] == both.chip.answers[w] ? 1 : 0;
    }
    gap.readout = std::move(both);
  }
  return gap;
}

std::string readout_report(const std::string& population, const ReadoutScore& score) {
  return absl::StrCat("readout ", population, ": ", with_commas(score.correct), " of ", with_commas(score.windows),
                      " windows right (", percent_of(score.correct, score.windows), "), ", with_commas(score.silent),
                      " silent\n");
}

std::string gap_report(const Gap& gap) {
  std::vector<std::vector<std::string>> rows{
      {"chip beside exact", "spikes", "exact", "ratio", "rate", "exact", "F1", "rates correlate"}};
  for (const PopulationGap& p : gap.populations) {
    rows.push_back({p.name, with_commas(p.chip), with_commas(p.exact), two_digits(p.ratio),
                    absl::StrCat(short_number(p.chip_hz), " Hz"), absl::StrCat(short_number(p.exact_hz), " Hz"),
                    two_digits(p.f1), two_digits(p.correlation)});
  }
  std::string text = absl::StrCat(align(rows, "lrrrrrrr"), "F1: spikes of one neuron at most ", short_time(gap.step),
                                  " apart coincide\n");
  if (gap.readout) {
    absl::StrAppend(&text, "chip:  ", readout_report(gap.readout->population, gap.readout->chip),
                    "exact: ", readout_report(gap.readout->population, gap.readout->exact),
                    "both give the same answer in ", with_commas(gap.readout->agreements), " windows\n");
  }
  return text;
}

}  // namespace volley::app
