#include "io/nmnist.h"

#include "absl/strings/str_format.h"
#include "io/events40.h"
#include "io/text_fields.h"

namespace volley::io {
namespace {

constexpr std::uint8_t kOverflowRow = 240;
constexpr Duration kOverflow = 8192 * kMicrosecond;

}  // namespace

absl::StatusOr<SpikeList> decode_nmnist(std::string_view bytes, const std::string& path) {
  if (absl::Status status = check_whole_events(bytes, path); !status.ok()) return status;
  SpikeList spikes;
  spikes.reserve(bytes.size() / Event40::kBytes);
  Time base = kStart;
  for (std::size_t i = 0; i < bytes.size() / Event40::kBytes; ++i) {
    const Event40 event = event40_at(bytes, i);
    if (event.second == kOverflowRow) {
      base += kOverflow;
      continue;
    }
    if (event.first >= kNmnistSide || event.second >= kNmnistSide) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: byte %d: pixel (%d, %d), an N-MNIST frame is %d x %d; convert files of other cameras to .csv", path,
          i * Event40::kBytes, event.first, event.second, kNmnistSide, kNmnistSide));
    }
    spikes.emplace_back(base + event.us * kMicrosecond,
                        (event.polarity * kNmnistSide + event.second) * kNmnistSide + event.first);
  }
  return spikes;
}

absl::StatusOr<std::string> encode_nmnist(const SpikeList& spikes, const std::string& path) {
  std::string bytes;
  bytes.reserve(spikes.size() * Event40::kBytes);
  for (const auto& [at, neuron] : spikes) {
    if (neuron >= kNmnistNeurons) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: neuron %d, an N-MNIST frame has %d; write .csv instead", path, neuron, kNmnistNeurons));
    }
    const std::optional<std::uint32_t> us = microseconds_of(at);
    if (!us) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: spike at %s ms, N-MNIST files hold times from 0 to 8388.607 ms; write .csv instead",
                          path, format_ms(at.time_since_epoch())));
    }
    const std::uint32_t pixel = neuron % (kNmnistSide * kNmnistSide);
    append_event40({static_cast<std::uint8_t>(pixel % kNmnistSide), static_cast<std::uint8_t>(pixel / kNmnistSide),
                    neuron >= kNmnistSide * kNmnistSide, *us},
                   bytes);
  }
  return bytes;
}

}  // namespace volley::io
