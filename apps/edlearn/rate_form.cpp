#include "apps/edlearn/rate_form.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "learning/error_diffusion.h"

namespace volley::edlearn {
namespace {

// Of a rectifier in the rule, where |y| (1 - |y|) has no meaning: the sigmoid's at its middle.
constexpr float kRectifierSlope = 0.25f;

}  // namespace

RateNetwork::RateNetwork(const Settings& settings, const Shape& shape)
    : weights(initial_weights(shape, settings.w1, settings.w2, settings.seed)), settings_(settings) {
  for (std::size_t l = 0; l < shape.layers(); ++l) activity_.emplace_back(kClasses * shape.targets(l));
}

float RateNetwork::activate(std::size_t layer, double z) const {
  const bool is_output = layer + 1 == weights.shape.layers();
  if (is_output || settings_.activation == Activation::kSigmoid) {
    return static_cast<float>(learning::logistic(z, settings_.sig));
  }
  // The flexible rectifier max(z, 0) + b (Qiu, Xu & Cai 2018, ICPR, "FReLU: flexible rectified linear units"), with z
  // in units of u0. There b is learnt; here it is given, for an offset of its own sign would be a synapse without a
  // source.
  return static_cast<float>(std::max(z, 0.0) / settings_.sig + settings_.frelu_offset);
}

float RateNetwork::slope_at(std::size_t layer, float y) const {
  const bool is_output = layer + 1 == weights.shape.layers();
  if (is_output || settings_.activation == Activation::kSigmoid) {
    return learning::slope(y, static_cast<float>(settings_.slope_floor));
  }
  return y > static_cast<float>(settings_.frelu_offset) ? kRectifierSlope : 0.0f;
}

Answer RateNetwork::forward(std::span<const float> shown) {
  const Shape& shape = weights.shape;
  for (std::size_t l = 0; l < shape.layers(); ++l) {
    sum_.assign(activity_[l].size(), 0.0f);
    if (l == 0) {
      // All networks see the same pixels: a row holds the weights to all of them.
      for (std::size_t p = 0; p < shown.size(); ++p) {
        if (shown[p] == 0) continue;
        const std::span<const float> excitatory = weights.row(0, 2 * p), inhibitory = weights.row(0, 2 * p + 1);
        for (std::size_t j = 0; j < sum_.size(); ++j) sum_[j] += shown[p] * (excitatory[j] + inhibitory[j]);
      }
    } else {
      // Each network has its own hidden neurons.
      const std::uint32_t targets = shape.targets(l);
      for (std::size_t r = 0; r < shape.rows(l); ++r) {
        const std::size_t first = r / shape.sources(l) * targets;
        const std::span<const float> row = weights.row(l, r);
        for (std::size_t j = 0; j < targets; ++j) sum_[first + j] += activity_[l - 1][r] * row[j];
      }
    }
    for (std::size_t j = 0; j < sum_.size(); ++j) activity_[l][j] = activate(l, sum_[j]);
  }
  std::array<double, kClasses> output;
  std::copy(activity_.back().begin(), activity_.back().end(), output.begin());
  return answer_of(output);
}

void RateNetwork::learn(std::span<const float> learnt, std::uint32_t label, double alpha) {
  const Shape& shape = weights.shape;
  std::array<learning::Amines, kClasses> amines;
  for (std::uint32_t n = 0; n < kClasses; ++n) {
    amines[n] = learning::amines_of((n == label ? 1.0 : 0.0) - activity_.back()[n], settings_.dead_zone);
  }
  for (std::size_t l = 0; l < shape.layers(); ++l) {
    const bool is_output = l + 1 == shape.layers();
    // The mean of equal amines is one of them: what arrives at layer l depends on the distance only.
    const double u = is_output ? 1.0 : learning::reach(settings_.diffusion, settings_.dif, l, shape.hidden.size());
    const std::uint32_t targets = shape.targets(l), sources = shape.sources(l);
    slopes_.resize(activity_[l].size());
    for (std::size_t j = 0; j < slopes_.size(); ++j) slopes_[j] = slope_at(l, activity_[l][j]);
    plus_.resize(slopes_.size());
    minus_.resize(slopes_.size());
    for (std::uint32_t n = 0; n < kClasses; ++n) {
      if (!amines[n].any()) continue;
      const std::size_t first = std::size_t{n} * targets;
      learning::post_factors({slopes_.data() + first, targets}, amines[n], static_cast<float>(alpha * u),
                             {plus_.data() + first, targets}, {minus_.data() + first, targets});
      const std::span<const float> plus(plus_.data() + first, targets), minus(minus_.data() + first, targets);
      // Excitatory sources learn from a+, inhibitory ones from a-; one of the two is absent.
      const bool is_plus = amines[n].plus > 0;
      if (l == 0) {
        for (std::size_t p = 0; p < learnt.size(); ++p) {
          if (learnt[p] == 0) continue;
          const std::span<float> row = weights.row(0, is_plus ? 2 * p : 2 * p + 1).subspan(first, targets);
          learning::grow(row, learnt[p], is_plus ? plus : minus);
        }
      } else {
        for (std::size_t s = is_plus ? 0 : 1; s < sources; s += 2) {
          const std::size_t r = std::size_t{n} * sources + s;
          learning::grow(weights.row(l, r), activity_[l - 1][r], is_plus ? plus : minus);
        }
      }
    }
  }
}

absl::Status RateForm::begin(std::uint64_t images_seen) {
  seen_ = images_seen;
  return absl::OkStatus();
}

absl::StatusOr<Answer> RateForm::train(std::span<const std::uint8_t> image, std::uint32_t label, std::uint64_t) {
  pixels_of(image, settings_.ami, shown_);
  const Answer answer = network_.forward(shown_);
  network_.learn(shown_, label, settings_.lr / (1 + settings_.lr_decay * static_cast<double>(seen_++)));
  return answer;
}

absl::StatusOr<Answer> RateForm::test(std::span<const std::uint8_t> image, std::uint64_t) {
  pixels_of(image, settings_.ami, shown_);
  return network_.forward(shown_);
}

std::vector<LayerActivity> RateForm::activity() const {
  std::vector<LayerActivity> layers{{"input", 1, false, shown_}};
  for (LayerActivity& layer : rates_of(network_)) layers.push_back(std::move(layer));
  return layers;
}

void pixels_of(std::span<const std::uint8_t> image, double ami, std::vector<float>& pixels) {
  pixels.resize(image.size());
  for (std::size_t p = 0; p < image.size(); ++p) pixels[p] = static_cast<float>(image[p]) / 255.0f;
  if (ami > 0) pixels.push_back(static_cast<float>(ami));
}

std::vector<LayerActivity> rates_of(const RateNetwork& network) {
  std::vector<LayerActivity> layers;
  const auto& activity = network.activity();
  for (std::size_t l = 0; l < activity.size(); ++l) {
    const bool is_output = l + 1 == activity.size();
    layers.push_back({is_output ? "output" : absl::StrCat("hidden ", l + 1), kClasses, false, activity[l]});
  }
  return layers;
}

}  // namespace volley::edlearn
