// The names in a recording's /ledger, in one order for the writer and the reader. Only for those two.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "hardware/chip_ledger.h"

namespace volley::app {

inline constexpr const char* kLedgerGroup = "ledger";
inline constexpr std::uint64_t kLedgerFormat = 1;

// Columns that older ledgers lack.
inline constexpr const char* kLearning = "learning_updates";
inline constexpr const char* kMessagesIn = "messages_in";
inline constexpr const char* kDriveEvents = "drive_events";

// The columns of counts, in one order for both directions.
inline constexpr std::pair<const char*, std::uint64_t hardware::PartCounts::*> kPartColumns[] = {
    {"synaptic_operations", &hardware::PartCounts::synaptic_operations},
    {"updates_firing", &hardware::PartCounts::updates_firing},
    {"spikes", &hardware::PartCounts::spikes},
    {"messages_out", &hardware::PartCounts::messages_out},
    {"messages_in", &hardware::PartCounts::messages_in},
    {kLearning, &hardware::PartCounts::learning_updates}};
inline constexpr std::pair<const char*, std::vector<std::uint64_t> hardware::StepCounts::*> kStepColumns[] = {
    {"synaptic_operations", &hardware::StepCounts::synaptic_operations},
    {"updates_firing", &hardware::StepCounts::updates_firing},
    {"spikes", &hardware::StepCounts::spikes},
    {"messages", &hardware::StepCounts::messages},
    {kMessagesIn, &hardware::StepCounts::messages_in},
    {kLearning, &hardware::StepCounts::learning_updates},
    {"hops_east_west", &hardware::StepCounts::hops_east_west},
    {"hops_north_south", &hardware::StepCounts::hops_north_south}};

}  // namespace volley::app
