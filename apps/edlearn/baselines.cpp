#include "apps/edlearn/baselines.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <vector>

namespace volley::edlearn {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Eigen::Index kClassCount = 10;

// One image per row; `with_one`: and a last column of ones.
Matrix pixels(const io::LabelledImages& set, std::span<const std::uint32_t> chosen, bool with_one) {
  const auto size = static_cast<Eigen::Index>(set.images.image_size());
  Matrix x(static_cast<Eigen::Index>(chosen.size()), size + (with_one ? 1 : 0));
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const auto image = set.images.image(chosen[static_cast<std::size_t>(i)]);
    for (Eigen::Index p = 0; p < size; ++p) x(i, p) = static_cast<float>(image[static_cast<std::size_t>(p)]) / 255.0f;
    if (with_one) x(i, size) = 1;
  }
  return x;
}

// Mean loss with penalty, and its gradient.
class Loss {
 public:
  Loss(const Matrix& x, std::vector<std::uint8_t> label, double penalty)
      : x_(x), label_(std::move(label)), penalty_(static_cast<float>(penalty)) {}

  double operator()(const Matrix& w, Matrix& gradient) {
    score_.noalias() = x_ * w;
    double sum = 0;
    const float each = 1.0f / static_cast<float>(x_.rows());
    for (Eigen::Index i = 0; i < score_.rows(); ++i) {
      const auto row = score_.row(i).array();
      const float most = row.maxCoeff();
      const Eigen::Array<float, 1, Eigen::Dynamic> e = (row - most).exp();
      const float total = e.sum();
      const auto right = static_cast<Eigen::Index>(label_[static_cast<std::size_t>(i)]);
      sum += std::log(total) - (score_(i, right) - most);
      score_.row(i) = (e / total * each).matrix();
      score_(i, right) -= each;
    }
    gradient.noalias() = x_.transpose() * score_;
    // The last row belongs to the ones, which are not penalised.
    const auto inner = w.topRows(w.rows() - 1);
    gradient.topRows(w.rows() - 1) += penalty_ * inner;
    return sum * static_cast<double>(each) +
           0.5 * static_cast<double>(penalty_) * static_cast<double>(inner.squaredNorm());
  }

 private:
  const Matrix& x_;
  std::vector<std::uint8_t> label_;
  float penalty_;
  Matrix score_;
};

// L-BFGS with ten pairs and backtracking (Nocedal & Wright 2006, Numerical Optimization, algorithms 7.4 and 3.1).
Matrix minimum(Loss& loss, Matrix w, int iterations) {
  struct Pair {
    Matrix s, y;
    double rho;
  };
  std::deque<Pair> pairs;
  Matrix gradient(w.rows(), w.cols()), next_gradient(w.rows(), w.cols());
  double value = loss(w, gradient);
  const auto dot = [](const Matrix& a, const Matrix& b) { return static_cast<double>(a.cwiseProduct(b).sum()); };
  for (int k = 0; k < iterations; ++k) {
    Matrix direction = -gradient;
    std::vector<double> a(pairs.size());
    for (std::size_t i = pairs.size(); i-- > 0;) {
      a[i] = pairs[i].rho * dot(pairs[i].s, direction);
      direction -= static_cast<float>(a[i]) * pairs[i].y;
    }
    if (!pairs.empty()) direction *= static_cast<float>(1 / (pairs.back().rho * dot(pairs.back().y, pairs.back().y)));
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      direction += static_cast<float>(a[i] - pairs[i].rho * dot(pairs[i].y, direction)) * pairs[i].s;
    }
    const double slope = dot(gradient, direction);
    double step = 1, next_value = value;
    Matrix next = w;
    for (int halvings = 0; halvings < 30; ++halvings, step /= 2) {
      next = w + static_cast<float>(step) * direction;
      next_value = loss(next, next_gradient);
      if (next_value <= value + 1e-4 * step * slope) break;
    }
    Matrix s = next - w, y = next_gradient - gradient;
    const double sy = dot(s, y);
    const bool done = value - next_value < 1e-7 * std::abs(value);
    w = std::move(next);
    std::swap(gradient, next_gradient);
    value = next_value;
    if (done) break;
    if (sy > 1e-12) {
      pairs.push_back({std::move(s), std::move(y), 1 / sy});
      if (pairs.size() > 10) pairs.pop_front();
    }
  }
  return w;
}

}  // namespace

double logistic_regression(const io::LabelledImages& train_set, std::span<const std::uint32_t> train,
                           const io::LabelledImages& test_set, std::span<const std::uint32_t> test) {
  const Matrix x = pixels(train_set, train, true);
  std::vector<std::uint8_t> label;
  for (const std::uint32_t i : train) label.push_back(train_set.labels[i]);
  Loss loss(x, std::move(label), 1 / static_cast<double>(train.size()));
  const Matrix w = minimum(loss, Matrix::Zero(x.cols(), kClassCount), 200);
  const Matrix score = pixels(test_set, test, true) * w;
  std::size_t right = 0;
  for (Eigen::Index i = 0; i < score.rows(); ++i) {
    Eigen::Index most;
    score.row(i).maxCoeff(&most);
    right += most == test_set.labels[test[static_cast<std::size_t>(i)]];
  }
  return static_cast<double>(right) / static_cast<double>(test.size());
}

double nearest_neighbour(const io::LabelledImages& train_set, std::span<const std::uint32_t> train,
                         const io::LabelledImages& test_set, std::span<const std::uint32_t> test) {
  // |x - y|^2 = |x|^2 - 2 x y + |y|^2, block by block: one matrix product does nearly all of the work.
  constexpr Eigen::Index kBlock = 2048;
  const Matrix x = pixels(train_set, train, false), y = pixels(test_set, test, false);
  const Eigen::VectorXf length = x.rowwise().squaredNorm();
  std::vector<float> least(test.size(), std::numeric_limits<float>::infinity());
  std::vector<std::uint8_t> label(test.size());
  for (Eigen::Index first = 0; first < x.rows(); first += kBlock) {
    const Eigen::Index n = std::min(kBlock, x.rows() - first);
    const Matrix product = y * x.middleRows(first, n).transpose();
    for (Eigen::Index i = 0; i < y.rows(); ++i) {
      Eigen::Index near;
      const float d = (length.segment(first, n).transpose() - 2 * product.row(i)).minCoeff(&near);
      if (d >= least[static_cast<std::size_t>(i)]) continue;
      least[static_cast<std::size_t>(i)] = d;
      label[static_cast<std::size_t>(i)] = train_set.labels[train[static_cast<std::size_t>(first + near)]];
    }
  }
  std::size_t right = 0;
  for (std::size_t i = 0; i < test.size(); ++i) right += label[i] == test_set.labels[test[i]];
  return static_cast<double>(right) / static_cast<double>(test.size());
}

}  // namespace volley::edlearn
