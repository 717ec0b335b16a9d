// Recordings and SONATA spike files: whatever can be opened is read to its end.
#include "io/recording.h"

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/small_edits.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const volley::test::MemoryFile file(data, size);
  const auto recording = volley::io::Recording::open(file.path());
  if (!recording.ok()) return 0;
  for (const auto& [population, count] : recording->info().recorded_spikes) (void)recording->spikes(population).ok();
  (void)recording->traces().ok();
  return 0;
}
