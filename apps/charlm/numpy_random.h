// The random numbers of numpy's legacy `numpy.random.seed(s)` interface, draw for draw, so that weights which a
// published program made with it can be made again.
//
// Generator: MT19937 (Matsumoto & Nishimura 1998, ACM TOMACS 8(1)) with that paper's 32-bit seeding in its 2002 form.
// Draws as in numpy/random/src/legacy and mt19937: 53-bit uniforms from two words, Marsaglia's polar method (Marsaglia
// & Bray 1964, SIAM Review 6(3)) that keeps the second normal for the next call, masked rejection for integers, and
// Fisher-Yates from the end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace volley::charlm {

// Not thread safe. The same numbers on every machine, equal to numpy's within one unit in the last place (the logarithm
// of the polar method is our own).
class NumpyRandom {
 public:
  explicit NumpyRandom(std::uint32_t seed);

  std::uint32_t next_word();
  double uniform();                                       // numpy.random.rand(): [0, 1) in steps of 2^-53
  double normal();                                        // numpy.random.randn()
  std::uint32_t up_to(std::uint32_t most);                // an integer of [0, most]
  std::vector<std::uint32_t> permutation(std::size_t n);  // numpy.random.permutation(n); REQUIRES: n < 2^32

  // `count` normals times `scale`, in the order of a C-ordered array.
  std::vector<double> normals(std::size_t count, double scale);

 private:
  static constexpr std::size_t kWords = 624;
  void refill();

  std::array<std::uint32_t, kWords> state_;
  std::size_t next_ = kWords;
  std::optional<double> kept_;
};

}  // namespace volley::charlm
