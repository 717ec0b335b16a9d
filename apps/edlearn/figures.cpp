#include "apps/edlearn/figures.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "apps/volley/energy_charts.h"
#include "io/file_bytes.h"
#include "io/output_path.h"

namespace volley::edlearn {
namespace {

constexpr const char* kSvg =
    R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" font-family="sans-serif" )"
    R"(font-size="12"><rect width="100%%" height="100%%" fill="white"/>)";

// A frame with a scale at its left and epochs below it.
class Plot {
 public:
  Plot(double top, double low, double high, std::uint32_t epochs)
      : top_(top), low_(low), high_(high), epochs_(epochs) {}

  double x(double epoch) const { return 60 + 560 * (epochs_ > 1 ? (epoch - 1) / (epochs_ - 1.0) : 0.5); }
  double y(double value) const { return top_ + 160 * (high_ - value) / (high_ - low_); }

  std::string axes(const std::string& title, const std::function<std::string(double)>& label) const {
    std::string text = absl::StrFormat(R"(<text x="60" y="%g" font-weight="bold">%s</text>)", top_ - 8, title);
    for (int k = 0; k <= 4; ++k) {
      const double value = low_ + (high_ - low_) * k / 4;
      absl::StrAppendFormat(&text,
                            R"(<line x1="60" x2="620" y1="%g" y2="%g" stroke="#ddd"/><text x="54" y="%g" )"
                            R"(text-anchor="end">%s</text>)",
                            y(value), y(value), y(value) + 4, label(value));
    }
    const std::uint32_t step = std::max(1u, (epochs_ + 9) / 10);
    for (std::uint32_t e = 1; e <= epochs_; e += step) {
      absl::StrAppendFormat(&text, R"(<text x="%g" y="%g" text-anchor="middle">%d</text>)", x(e), top_ + 178, e);
    }
    return text;
  }

  std::string line(const std::vector<double>& values, const char* colour) const {
    if (values.empty()) return {};
    std::string text = absl::StrFormat(R"(<polyline fill="none" stroke="%s" stroke-width="2" points=")", colour);
    for (std::size_t i = 0; i < values.size(); ++i) {
      absl::StrAppendFormat(&text, "%.2f,%.2f ", x(static_cast<double>(i + 1)), y(values[i]));
    }
    text += "\"/>";
    for (std::size_t i = 0; i < values.size(); ++i) {
      absl::StrAppendFormat(&text, R"(<circle cx="%.2f" cy="%.2f" r="2.5" fill="%s"/>)", x(static_cast<double>(i + 1)),
                            y(values[i]), colour);
    }
    return text;
  }

 private:
  double top_, low_, high_;
  std::uint32_t epochs_;
};

// White to dark blue.
std::string colour_of(double part) {
  const double p = std::clamp(part, 0.0, 1.0);
  return absl::StrFormat("#%02x%02x%02x", static_cast<int>(std::lround(247 - 239 * p)),
                         static_cast<int>(std::lround(251 - 203 * p)), static_cast<int>(std::lround(255 - 148 * p)));
}

}  // namespace

std::string learning_curve(const std::vector<Epoch>& history, std::uint32_t epochs) {
  std::vector<double> test, train, test_error, train_error;
  double least = 1, most_error = 0;
  for (const Epoch& e : history) {
    test.push_back(e.test_accuracy);
    train.push_back(e.train_accuracy);
    test_error.push_back(e.test_error);
    train_error.push_back(e.train_error);
    least = std::min({least, e.test_accuracy, e.train_accuracy});
    most_error = std::max({most_error, e.test_error, e.train_error});
  }
  const auto count = static_cast<std::uint32_t>(std::max<std::size_t>(epochs, history.size()));
  const Plot accuracy(30, history.empty() ? 0 : std::floor(least * 10 - 1e-9) / 10, 1, count);
  const Plot error(250, 0, most_error > 0 ? most_error * 1.1 : 1, count);
  std::string text = absl::StrFormat(kSvg, 660.0, 460.0, 660.0, 460.0);
  text += accuracy.axes("accuracy by epoch", [](double v) { return absl::StrFormat("%.1f %%", 100 * v); });
  text += accuracy.line(train, "#e6862d") + accuracy.line(test, "#2166ac");
  text += error.axes("mean error of the outputs", [](double v) { return absl::StrFormat("%.3f", v); });
  text += error.line(train_error, "#e6862d") + error.line(test_error, "#2166ac");
  text += R"(<text x="440" y="22" fill="#2166ac">test images</text><text x="530" y="22" fill="#e6862d">)"
          "training images</text></svg>\n";
  return text;
}

std::string heat_map(const std::vector<LayerActivity>& layers, std::uint32_t columns, const Shown& shown) {
  constexpr double kCell = 6, kGap = 10;
  std::string body;
  double top = 40, width = 400;
  for (const LayerActivity& layer : layers) {
    const double most = layer.value.empty() ? 0 : *std::max_element(layer.value.begin(), layer.value.end());
    double sum = 0;
    for (const float v : layer.value) sum += v;
    absl::StrAppendFormat(&body, R"(<text x="10" y="%g" font-weight="bold">%s</text><text x="90" y="%g">%s</text>)",
                          top, app::escaped(layer.name), top,
                          layer.spikes ? absl::StrFormat("%.0f spikes, at most %.0f of one neuron", sum, most)
                                       : absl::StrFormat("rates, no spikes in this layer; largest %.3f", most));
    const std::size_t each = layer.value.size() / layer.networks;
    const auto per_row = layer.networks == 1
                             ? std::size_t{columns}
                             : static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(each))));
    const std::size_t rows = per_row == 0 ? 0 : (each + per_row - 1) / per_row;
    for (std::uint32_t n = 0; n < layer.networks; ++n) {
      const double left = 10 + n * (static_cast<double>(per_row) * kCell + kGap);
      if (layer.networks > 1) {
        absl::StrAppendFormat(&body, R"(<text x="%g" y="%g" fill="#666" font-size="9">%d</text>)", left, top + 12, n);
      }
      absl::StrAppendFormat(&body, R"(<rect x="%g" y="%g" width="%g" height="%g" fill="%s" stroke="#bbb"/>)", left,
                            top + 15, static_cast<double>(per_row) * kCell, static_cast<double>(rows) * kCell,
                            colour_of(0));
      for (std::size_t j = 0; j < each; ++j) {
        const float value = layer.value[n * each + j];
        if (value == 0) continue;
        absl::StrAppendFormat(&body, R"(<rect x="%g" y="%g" width="6" height="6" fill="%s"/>)",
                              left + static_cast<double>(j % per_row) * kCell,
                              top + 15 + static_cast<double>(j / per_row) * kCell,
                              colour_of(most > 0 ? value / most : 0));
      }
      width = std::max(width, left + static_cast<double>(per_row) * kCell + kGap);
    }
    top += 15 + static_cast<double>(rows) * kCell + 28;
  }
  return absl::StrFormat(kSvg, width, top, width, top) +
         absl::StrFormat(R"(<text x="10" y="18">the last image: a %d, answered with %d</text>)", shown.label,
                         shown.answer) +
         body + "</svg>\n";
}

std::string curve_csv(const std::vector<Epoch>& history) {
  std::string text = "epoch,test_accuracy,test_error,train_accuracy,train_error\n";
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Epoch& e = history[i];
    absl::StrAppendFormat(&text, "%d,%.6f,%.6f,%.6f,%.6f\n", i + 1, e.test_accuracy, e.test_error, e.train_accuracy,
                          e.train_error);
  }
  return text;
}

std::string live_page(const std::string& title, const std::string& state, const std::string& curve,
                      const std::string& map, bool over) {
  return absl::StrCat("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">",
                      over ? "" : "<meta http-equiv=\"refresh\" content=\"2\">", "<title>", app::escaped(title),
                      "</title></head><body style=\"font-family:sans-serif\"><h1 style=\"font-size:18px\">",
                      app::escaped(title), "</h1><p>", app::escaped(state), "</p>\n", curve, map, "</body></html>\n");
}

absl::Status write_figures(const std::string& folder, const std::string& title, const std::string& state,
                           const std::vector<Epoch>& history, std::uint32_t epochs,
                           const std::vector<LayerActivity>& layers, std::uint32_t columns, const Shown& shown,
                           bool over) {
  namespace fs = std::filesystem;
  if (absl::Status s = io::make_output_folder(folder); !s.ok()) return s;
  const std::string curve = learning_curve(history, epochs), map = heat_map(layers, columns, shown);
  for (const auto& [name, bytes] : {std::pair<const char*, std::string>{"learning_curve.svg", curve},
                                    {"heat_map.svg", map},
                                    {"curve.csv", curve_csv(history)},
                                    {"live.html", live_page(title, state, curve, map, over)}}) {
    if (absl::Status s = io::write_file_bytes((fs::path(folder) / name).string(), bytes); !s.ok()) return s;
  }
  return absl::OkStatus();
}

}  // namespace volley::edlearn
