// The fair table: every model through the same protocol, several seeds, mean and spread.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/cost.h"
#include "apps/charlm/text.h"

namespace volley::charlm {

struct TableRow {
  std::string name;
  std::uint32_t neurons = 0;         // 0: an n-gram
  std::vector<double> perplexities;  // one per seed, at the row's rate
  double accuracy = 0;               // mean
  double rate = 0;       // the one of 0.3, 1, 1.5, 2 that does best, over all seeds, on the training part alone
  Work work;             // of the first seed
  double seconds = 0;    // CPU time of one seed's run; runs that serve several rows count in each
  std::string source{};  // of a figure that was not computed here

  double mean() const;
  double spread() const;  // standard deviation over seeds (n - 1); 0 for one
};

// Names of the rows of networks, in order.
std::vector<std::string> network_row_names();

// What others published of a trained network on this very text: of tiny-shakespeare a trained LSTM, of others nothing.
std::optional<TableRow> published_row(const Text& text);

struct TablePlan {
  unsigned seeds = 3;
  unsigned threads = 1;
  std::vector<std::string> rows;  // empty: all
};

// Called when a run of a network begins.
using TableProgress = std::function<void(const std::string& what)>;

// All rows that were asked for, networks first, then n-grams and the published row (unless `rows` names some).
// InvalidArgument for an unknown row. The result does not depend on `threads`.
absl::StatusOr<std::vector<TableRow>> fair_table(const Text& text, const TablePlan& plan,
                                                 const TableProgress& progress);

std::string table_text(const std::vector<TableRow>& rows);
// Energy columns in pJ per character, network and readout apart.
absl::StatusOr<std::string> table_csv(const std::vector<TableRow>& rows);
std::string table_svg(const std::vector<TableRow>& rows, const std::string& title);

}  // namespace volley::charlm
