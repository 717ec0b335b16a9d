// A ledger against the recording that it lies in.
#include <cstdint>
#include <map>

#include "absl/strings/str_cat.h"
#include "apps/volley/ledger_file.h"
#include "engine/time.h"

namespace volley::app {
namespace {

absl::Status damaged(const std::string& path, const std::string& where, const std::string& what) {
  return absl::DataLossError(
      absl::StrCat(path, ":/ledger/", where, ": ", what, "; the ledger is damaged: record the run again"));
}

absl::Status check_neurons(const hardware::ChipLedger& ledger, const io::RecordingInfo& info, const std::string& path) {
  std::map<std::string, std::uint64_t> recorded;
  for (const PopulationCounters& entry : info.populations) {
    if (!entry.is_source) recorded[entry.name] = entry.size;
  }
  std::vector<std::uint64_t> neurons(ledger.populations.size());
  for (const hardware::LedgerPart& part : ledger.parts) neurons[part.population] += part.neurons;
  for (std::size_t p = 0; p < neurons.size(); ++p) {
    const std::string& name = ledger.populations[p];
    const auto found = recorded.find(name);
    if (found == recorded.end()) {
      return damaged(path, "populations/name", absl::StrCat(name, ", must be a population of the recording"));
    }
    if (neurons[p] != found->second) {
      return damaged(
          path, "parts/neurons",
          absl::StrCat(neurons[p], " of population ", name, ", must be ", found->second, " as in the recording"));
    }
  }
  if (recorded.size() != neurons.size()) {
    return damaged(path, "populations/name",
                   absl::StrCat(neurons.size(), " populations, must be ", recorded.size(), " as in the recording"));
  }
  return absl::OkStatus();
}

// The recording ends in the ledger's last step: (steps - 1) h < reached <= steps h. An interrupted one may have sampled
// silence beyond it.
absl::Status check_length(const hardware::ChipLedger& ledger, const io::RecordingInfo& info, const std::string& path) {
  const Duration reached = duration_from_ms(info.reached_ms);
  if (reached <= Duration{0}) return absl::OkStatus();          // not known
  const Duration rounding = reached / (std::int64_t{1} << 51);  // to_ms() of longer times
  const Duration length = ledger.step * static_cast<std::int64_t>(ledger.steps);
  const bool long_enough = info.outcome != "complete" || length >= reached - rounding;
  if (long_enough && length - ledger.step < reached + rounding) return absl::OkStatus();
  return damaged(path, "run@step_ps",
                 absl::StrCat(ledger.step.count(), " ps x ", ledger.steps, " steps are ", to_ms(length),
                              " ms, must end with the recording at ", info.reached_ms, " ms"));
}

}  // namespace

absl::Status check_ledger(const StoredLedger& stored, const io::RecordingInfo& info, const std::string& path) {
  if (absl::Status neurons = check_neurons(stored.ledger, info, path); !neurons.ok()) return neurons;
  return check_length(stored.ledger, info, path);
}

}  // namespace volley::app
