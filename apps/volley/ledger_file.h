// The ledger of a placed run in its recording, under /ledger: written when the run has ended, read by everything that
// prices it. Layout in README.md.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "hardware/chip_ledger.h"
#include "hardware/step_timer.h"
#include "io/recording.h"

namespace volley::app {

struct StoredLedger {
  hardware::ChipLedger ledger;
  hardware::StepTimes times;  // each column has one entry per step, or is empty
};

// Adds the ledger to a closed recording of volley's. REQUIRES: times as in StoredLedger. Errors: those of
// io::append_tables; the recording then stays as it was.
absl::Status store_ledger(const std::string& path, const hardware::ChipLedger& ledger,
                          const hardware::StepTimes& times);

// Empty: the recording has none. DataLoss names the file, the HDF5 path and what does not fit together.
absl::StatusOr<std::optional<StoredLedger>> load_ledger(const std::string& path);

// Compares populations, their sizes and the length of the run with what the rest of the recording says. `path`: the
// recording's, for messages. Errors as those of load_ledger().
absl::Status check_ledger(const StoredLedger& stored, const io::RecordingInfo& info, const std::string& path);

}  // namespace volley::app
