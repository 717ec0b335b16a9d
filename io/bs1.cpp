#include "io/bs1.h"

#include "absl/strings/str_format.h"
#include "io/events40.h"
#include "io/text_fields.h"

namespace volley::io {
namespace {

constexpr std::uint32_t kChannel = 1u << 16;

}  // namespace

absl::StatusOr<SpikeList> decode_bs1(std::string_view bytes, const std::string& path) {
  if (absl::Status status = check_whole_events(bytes, path); !status.ok()) return status;
  SpikeList spikes;
  spikes.reserve(bytes.size() / Event40::kBytes);
  bool any_off = false;
  for (std::size_t i = 0; i < bytes.size() / Event40::kBytes; ++i) {
    const Event40 event = event40_at(bytes, i);
    any_off = any_off || !event.polarity;
    const std::uint32_t id = static_cast<std::uint32_t>(event.first) << 8 | event.second;
    spikes.emplace_back(kStart + event.us * kMicrosecond, (event.polarity ? kChannel : 0) + id);
  }
  if (!any_off) {
    for (auto& [at, neuron] : spikes) neuron -= kChannel;
  }
  return spikes;
}

absl::StatusOr<std::string> encode_bs1(const SpikeList& spikes, const std::string& path) {
  std::string bytes;
  bytes.reserve(spikes.size() * Event40::kBytes);
  for (const auto& [at, neuron] : spikes) {
    if (neuron >= kChannel) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: neuron %d, .bs1 holds at most %d; write .csv instead", path, neuron, kChannel - 1));
    }
    const std::optional<std::uint32_t> us = microseconds_of(at);
    if (!us) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: spike at %s ms, .bs1 holds times from 0 to 8388.607 ms; write .csv instead", path,
                          format_ms(at.time_since_epoch())));
    }
    append_event40(
        {static_cast<std::uint8_t>(neuron >> 8), static_cast<std::uint8_t>(neuron & 0xFF), /*polarity=*/false, *us},
        bytes);
  }
  return bytes;
}

}  // namespace volley::io
