// The protocol that every row of the fair table goes through: one text, its first nine tenths for training and the rest
// for testing, every position scored, state never reset, the same readout for every model, the learning rate falling
// linearly to 3 % of where it began.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/features.h"
#include "apps/charlm/softmax_readout.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

inline constexpr double kLastRate = 0.03;  // of the first one
// Features are standardised on these characters of the training part, or on what there is of them.
inline constexpr std::size_t kStandardFirst = 100, kStandardLast = 20'000;

// The symbol from which on the text is for testing: nine tenths, rounded down.
constexpr std::size_t split_of(std::size_t symbols) { return symbols * 9 / 10; }

// One readout to train on a stream: which columns, from which rate on. All heads of a stream share one pass.
struct HeadPlan {
  Columns columns;
  double rate = 1;
};

struct HeadResult {
  double perplexity = 0, accuracy = 0;  // on the test part
  // Of the last twentieth of the training part in the last epoch, each character predicted before it was learned from.
  double training_perplexity = 0;
  std::unique_ptr<SoftmaxReadout> readout;
};

struct FairResult {
  std::vector<HeadResult> heads;
  Activity activity;   // of the last epoch, which reads both parts
  double seconds = 0;  // CPU time of the thread
};

struct FairPlan {
  std::vector<HeadPlan> heads;
  unsigned epochs = 1;
};

// Called every 10,000 characters with the share of the training that is done, and the first head's perplexity on them.
using FairProgress = std::function<void(double share, double perplexity)>;

// REQUIRES: at least 20 symbols. Errors: the stream's.
absl::StatusOr<FairResult> train_fairly(const FeatureStream& stream, std::span<const Symbol> symbols,
                                        std::size_t vocabulary, const FairPlan& plan, const FairProgress& progress);

}  // namespace volley::charlm
