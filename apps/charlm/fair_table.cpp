#include "apps/charlm/fair_table.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "apps/charlm/fair_protocol.h"
#include "apps/charlm/language_model.h"
#include "apps/charlm/ngram.h"
#include "io/sha256.h"

namespace volley::charlm {
namespace {

constexpr std::array<double, 4> kRates = {0.3, 1, 1.5, 2};
constexpr std::uint32_t kFirstSeed = 42;
// Of ../shared/data/text/tinyshakespeare.txt as a whole.
constexpr const char* kTinyShakespeareSha256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed";

struct RowPlan {
  std::string name;
  Columns columns;
};

// One network, run once per seed for all of its rows.
struct NetworkPlan {
  ModelChoice choice;
  bool with_sums;
  std::vector<RowPlan> rows;
};

std::vector<NetworkPlan> network_plans() {
  const auto choice = [](const char* kind, std::uint32_t neurons, bool recurrent = true) {
    return ModelChoice{kind, neurons, kFirstSeed, recurrent, 5};
  };
  std::vector<NetworkPlan> plans;
  plans.push_back({choice("hybrid", 200),
                   true,
                   {{"SNN-200 counts", counts_of(200)},
                    {"SNN-200 membrane", membrane_of(200)},
                    {"SNN-200 hybrid", hybrid_of(200)},
                    {"SNN-200 counts of 20 characters", sums_of(200)}}});
  plans.push_back({choice("hybrid", 200, false), false, {{"SNN-200 hybrid, no recurrence", hybrid_of(200)}}});
  plans.push_back({choice("sparse", 200), false, {{"SNN-200 sparse hybrid", hybrid_of(200)}}});
  plans.push_back({choice("hybrid", 400), false, {{"SNN-400 hybrid", hybrid_of(400)}}});
  plans.push_back({choice("hybrid", 1000), false, {{"SNN-1000 hybrid", hybrid_of(1000)}}});
  for (const auto& [name, kind, neurons] : {std::tuple{"DNN-200", "dnn", 200u},
                                            {"LSTM-200", "lstm", 200u},
                                            {"ESN-200", "esn", 200u},
                                            {"ESN-400", "esn", 400u}}) {
    plans.push_back({choice(kind, neurons), false, {{name, {0, neurons}}}});
  }
  return plans;
}

// The plans that have one of the rows asked for, without their other rows.
absl::StatusOr<std::vector<NetworkPlan>> chosen_plans(const std::vector<std::string>& rows) {
  std::vector<NetworkPlan> plans = network_plans();
  if (rows.empty()) return plans;
  for (const std::string& row : rows) {
    const std::vector<std::string> names = network_row_names();
    if (std::find(names.begin(), names.end(), row) == names.end()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("table: row %s, must be one of \"%s\"; set `--row`", row, absl::StrJoin(names, "\", \"")));
    }
  }
  std::vector<NetworkPlan> chosen;
  for (NetworkPlan& plan : plans) {
    std::erase_if(plan.rows,
                  [&](const RowPlan& row) { return std::find(rows.begin(), rows.end(), row.name) == rows.end(); });
    if (!plan.rows.empty()) chosen.push_back(std::move(plan));
  }
  return chosen;
}

// One network with one seed: first its trials, then its training at the rates that the trials chose.
struct Job {
  const NetworkPlan* plan;
  std::uint32_t seed;
  absl::StatusOr<FairResult> trials = absl::InternalError("not run"), result = absl::InternalError("not run");
  double dense_operations = 0;
};

absl::StatusOr<FairResult> run(Job& job, std::span<const Symbol> symbols, std::size_t vocabulary,
                               const FairPlan& plan) {
  ModelChoice choice = job.plan->choice;
  choice.seed = job.seed;
  const std::unique_ptr<FeatureStream> stream = choice.is_spiking()
                                                    ? stream_of(reservoir_of(choice, vocabulary), job.plan->with_sums)
                                                    : stream_of(choice, vocabulary);
  job.dense_operations = static_cast<double>(stream->dense_operations());
  return train_fairly(*stream, symbols, vocabulary, plan, nullptr);
}

// Every row at every rate, by the same protocol on the training part alone: nine tenths of it train, its end tests.
void run_trials(Job& job, const Text& text) {
  FairPlan plan;
  for (const RowPlan& row : job.plan->rows) {
    for (const double rate : kRates) plan.heads.push_back({row.columns, rate});
  }
  job.trials = run(job, std::span(text.symbols).first(split_of(text.size())), text.vocabulary(), plan);
}

// The rate of a row that its trials tested best with, over all seeds.
double chosen_rate(std::size_t row, std::span<const Job> jobs) {
  std::size_t best = 0;
  double least = 0;
  for (std::size_t r = 0; r < kRates.size(); ++r) {
    double loss = 0;
    for (const Job& job : jobs) loss += std::log(job.trials->heads[row * kRates.size() + r].perplexity);
    if (r == 0 || loss < least) best = r, least = loss;
  }
  return kRates[best];
}

void run_chosen(Job& job, std::span<const double> rates, const Text& text) {
  FairPlan plan;
  for (std::size_t row = 0; row < rates.size(); ++row) plan.heads.push_back({job.plan->rows[row].columns, rates[row]});
  job.result = run(job, text.symbols, text.vocabulary(), plan);
}

// One row out of the runs of its network, one per seed.
TableRow row_of(const NetworkPlan& plan, std::size_t position, double rate, std::span<const Job> jobs,
                const Text& text) {
  TableRow row;
  row.name = plan.rows[position].name;
  row.neurons = plan.choice.neurons;
  row.rate = rate;
  for (const Job& job : jobs) {
    const HeadResult& head = job.result->heads[position];
    row.perplexities.push_back(head.perplexity);
    row.accuracy += head.accuracy / static_cast<double>(jobs.size());
  }
  const FairResult& first = *jobs.front().result;
  row.work = work_of(first.activity, row.neurons, jobs.front().dense_operations,
                     static_cast<double>((plan.rows[position].columns.count + 1) * text.vocabulary()));
  row.seconds = first.seconds;
  return row;
}

// Calls visit(0) to visit(count - 1) on so many threads, or on as many as the system gives, each once. What a visit
// throws ends the others after the one they are at, and is thrown again here.
void on_threads(unsigned threads, std::size_t count, const std::function<void(std::size_t)>& visit) {
  std::atomic<std::size_t> next{0};
  std::mutex failing;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) visit(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  try {
    for (std::size_t t = 1; t < std::min<std::size_t>(threads, count); ++t) others.emplace_back(work);
  } catch (const std::system_error&) {
  }
  work();
  for (std::thread& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
}

void add_ngrams(const Text& text, std::vector<TableRow>& rows) {
  const std::size_t split = split_of(text.size());
  for (const auto& [name, smoothing] :
       {std::pair{"add-one", Smoothing::kAddOne}, {"Kneser-Ney", Smoothing::kKneserNey}}) {
    for (std::size_t order = 1; order <= 6; ++order) {
      TableRow row;
      row.name = absl::StrFormat("%d-gram, %s", order, name);
      const NGram ngram(std::span(text.symbols).first(split), text.vocabulary(), order, smoothing);
      row.perplexities = {perplexity(ngram, text.symbols, split, text.size())};
      rows.push_back(std::move(row));
    }
  }
}

}  // namespace

double TableRow::mean() const {
  double sum = 0;
  for (const double p : perplexities) sum += p;
  return sum / static_cast<double>(perplexities.size());
}

double TableRow::spread() const {
  if (perplexities.size() < 2) return 0;
  double sum = 0;
  for (const double p : perplexities) sum += (p - mean()) * (p - mean());
  return std::sqrt(sum / static_cast<double>(perplexities.size() - 1));
}

std::vector<std::string> network_row_names() {
  std::vector<std::string> names;
  for (const NetworkPlan& plan : network_plans()) {
    for (const RowPlan& row : plan.rows) names.push_back(row.name);
  }
  return names;
}

std::optional<TableRow> published_row(const Text& text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (const Symbol symbol : text.symbols) bytes.push_back(text.alphabet[symbol]);
  if (io::sha256_bytes(bytes) != kTinyShakespeareSha256) return std::nullopt;
  TableRow row;
  row.name = "trained LSTM";
  row.perplexities = {4.35};
  row.source = "nanoGPT's README: validation loss 1.47 on tiny-shakespeare; not computed here";
  return row;
}

absl::StatusOr<std::vector<TableRow>> fair_table(const Text& text, const TablePlan& plan,
                                                 const TableProgress& progress) {
  const absl::StatusOr<std::vector<NetworkPlan>> networks = chosen_plans(plan.rows);
  if (!networks.ok()) return networks.status();
  std::vector<Job> jobs;
  for (const NetworkPlan& network : *networks) {
    for (std::uint32_t s = 0; s < plan.seeds; ++s) jobs.push_back({&network, kFirstSeed + s});
  }
  std::mutex talking;
  const auto tell = [&](const char* what, std::size_t j) {
    if (!progress) return;
    const std::lock_guard lock(talking);
    progress(absl::StrFormat("%s %d of %d: %s, seed %d", what, j + 1, jobs.size(), jobs[j].plan->rows.front().name,
                             jobs[j].seed));
  };
  on_threads(plan.threads, jobs.size(), [&](std::size_t j) {
    tell("trials", j);
    run_trials(jobs[j], text);
  });
  std::vector<std::vector<double>> rates(networks->size());  // of every network's rows
  for (std::size_t n = 0; n < networks->size(); ++n) {
    const std::span<const Job> own = std::span(jobs).subspan(n * plan.seeds, plan.seeds);
    for (const Job& job : own) {
      if (!job.trials.ok()) return job.trials.status();
    }
    for (std::size_t r = 0; r < (*networks)[n].rows.size(); ++r) rates[n].push_back(chosen_rate(r, own));
  }
  on_threads(plan.threads, jobs.size(), [&](std::size_t j) {
    tell("run", j);
    run_chosen(jobs[j], rates[j / plan.seeds], text);
  });
  std::vector<TableRow> rows;
  for (std::size_t n = 0; n < networks->size(); ++n) {
    const std::span<const Job> own = std::span(jobs).subspan(n * plan.seeds, plan.seeds);
    for (const Job& job : own) {
      if (!job.result.ok()) return job.result.status();
    }
    for (std::size_t r = 0; r < rates[n].size(); ++r) rows.push_back(row_of((*networks)[n], r, rates[n][r], own, text));
  }
  if (plan.rows.empty()) {
    add_ngrams(text, rows);
    if (std::optional<TableRow> published = published_row(text)) rows.push_back(*std::move(published));
  }
  return rows;
}

}  // namespace volley::charlm
