// loihi_grid CSV: runs the generated networks of a file laid out like data/loihi/grid/reference_grid.csv. For every row
// the network, our counts, energies and time beside the reference's, and the relative errors. The time is the `simple`
// mode's in rows of that mode, the mesh's in all others. Exit code 0 when all counts are equal, energies agree to 1e-6,
// simple times to 1 % and cycle times to 3 %; `detailed` rows are shown and not judged (the reference's own estimate of
// its cycle mode). 1 when not, 2 for a wrong call.

#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <tuple>

#include "tests/support/loihi_grid.h"

namespace {

using namespace volley::test;

double relative(double ours, double theirs) { return theirs == 0 ? ours : ours / theirs - 1; }

bool report_count(const char* name, std::uint64_t ours, std::uint64_t theirs) {
  std::printf("  %-20s %16llu %16llu  %s\n", name, static_cast<unsigned long long>(ours),
              static_cast<unsigned long long>(theirs), ours == theirs ? "equal" : "DIFFERS");
  return ours == theirs;
}

bool report_value(const char* name, double ours, double theirs, double bound) {
  const double error = relative(ours, theirs);
  const bool fine = std::abs(error) <= bound;
  std::printf("  %-20s %16.9e %16.9e  %+.2e%s\n", name, ours, theirs, error, fine ? "" : "  BEYOND THE BOUND");
  return fine;
}

int run(const std::string& path) {
  int passed = 0, failed = 0;
  std::map<std::tuple<std::string, std::uint64_t>, GridResult> results;
  for (const GridRow& row : read_grid(path)) {
    const auto [entry, is_new] = results.try_emplace({row.name, row.timesteps});
    if (is_new) entry->second = run_grid(row.shape, row.timesteps);
    const GridResult& ours = entry->second;
    const GridResult& theirs = row.reference;
    const bool simple = row.timing == "simple";
    const double bound = simple ? 0.01 : row.timing == "cycle" ? 0.03 : HUGE_VAL;

    std::printf("%s, %llu steps, %s: %u cores x %u neurons%26s %16s  relative error\n", row.name.c_str(),
                static_cast<unsigned long long>(row.timesteps), row.timing.c_str(), row.shape.cores, row.shape.neurons,
                "ours", "reference");
    bool fine = report_count("neurons updated", ours.neurons_updated, theirs.neurons_updated);
    fine &= report_count("neurons fired", ours.neurons_fired, theirs.neurons_fired);
    fine &= report_count("messages", ours.messages, theirs.messages);
    fine &= report_count("synaptic operations", ours.synaptic_operations, theirs.synaptic_operations);
    fine &= report_value("synapse (J)", ours.energy_synapse, theirs.energy_synapse, 1e-6);
    fine &= report_value("soma (J)", ours.energy_soma, theirs.energy_soma, 1e-6);
    fine &= report_value("network (J)", ours.energy_network, theirs.energy_network, 1e-6);
    fine &= report_value("total (J)", ours.energy_total, theirs.energy_total, 1e-6);
    fine &= report_value(simple ? "simple time (s)" : "mesh time (s)", simple ? ours.time_simple : ours.time_mesh,
                         theirs.time_simple, bound);
    ++(fine ? passed : failed);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: loihi_grid CSV\n");
    return 2;
  }
  try {
    return run(argv[1]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "loihi_grid: %s\n", e.what());
    return 2;
  }
}
