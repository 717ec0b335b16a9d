// Spike files without HDF5. The first byte chooses the format. What can be read must come back the same when it is
// written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "io/bs1.h"
#include "io/nest_ascii.h"
#include "io/nmnist.h"
#include "io/spike_csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace volley::io;
  if (size == 0) return -1;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto expect = [](bool fact) {
    if (!fact) std::abort();
  };
  switch (data[0] % 4) {
    case 0:
      if (const auto spikes = decode_bs1(bytes, "x"); spikes.ok()) {
        const auto again = encode_bs1(*spikes, "x");
        if (again.ok()) expect(decode_bs1(*again, "x").value() == *spikes);
      }
      break;
    case 1:
      if (const auto spikes = decode_nmnist(bytes, "x"); spikes.ok()) {
        const auto again = encode_nmnist(*spikes, "x");
        if (again.ok()) expect(decode_nmnist(*again, "x").value() == *spikes);
      }
      break;
    case 2:
      if (const auto spikes = decode_spike_csv(bytes, "x"); spikes.ok()) {
        expect(decode_spike_csv(encode_spike_csv(*spikes), "x").value() == *spikes);
      }
      break;
    default:
      if (const auto spikes = decode_nest_ascii(bytes, "x"); spikes.ok()) {
        expect(decode_nest_ascii(encode_nest_dat(*spikes), "x").value() == *spikes);
        expect(decode_nest_ascii(encode_nest_gdf(*spikes), "x").value() == *spikes);
      }
  }
  return 0;
}
