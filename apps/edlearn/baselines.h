// What two standard methods make of the same images, so that a network's accuracy has something to stand beside.
#pragma once

#include <cstdint>
#include <span>

#include "io/idx.h"

namespace volley::edlearn {

// Parts of the test images that are labelled correctly. `train`, `test`: numbers of images.
// Multinomial logistic regression on pixels from 0 to 1: full batches, L-BFGS, penalty |w|^2 / 2 beside the sum of the
// losses, 200 iterations at most.
double logistic_regression(const io::LabelledImages& train_set, std::span<const std::uint32_t> train,
                           const io::LabelledImages& test_set, std::span<const std::uint32_t> test);
// The label of the one training image that is nearest in the Euclidean sense; the first of equally near ones.
double nearest_neighbour(const io::LabelledImages& train_set, std::span<const std::uint32_t> train,
                         const io::LabelledImages& test_set, std::span<const std::uint32_t> test);

}  // namespace volley::edlearn
