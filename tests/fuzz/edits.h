// Few and small changes of a file, so that most of the changed files get past a reader's first check.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>

namespace volley::test {

// Changes one place of data[0, size) and returns the new size, at most `size`.
inline std::size_t edit_once(std::uint8_t* data, std::size_t size, std::minstd_rand& random) {
  constexpr std::uint64_t kTelling[] = {0,      1,          2,        0x7F,       0x80,       0xFF,
                                        0xFFFF, 0x7FFFFFFF, 1u << 31, 0xFFFFFFFF, ~0ull >> 1, ~0ull};
  const std::size_t at = random() % size;
  std::uint8_t* const place = data + at;
  switch (random() % 8) {
    case 0:
      *place = static_cast<std::uint8_t>(random());
      break;
    case 1:
      *place = static_cast<std::uint8_t>(*place ^ 1u << random() % 8);
      break;
    case 2:
      *place = static_cast<std::uint8_t>(*place + 1);
      break;
    case 3: {  // a telling number of 1 to 8 bytes
      const std::uint64_t value = kTelling[random() % std::size(kTelling)];
      std::memcpy(place, &value, std::min<std::size_t>(std::size_t{1} << random() % 4, size - at));
      break;
    }
    case 4: {  // a piece of the file over another one
      const std::size_t from = random() % size;
      std::memmove(place, data + from, std::min({std::size_t{1} << random() % 6, size - at, size - from}));
      break;
    }
    case 5:
      std::memset(place, 0, std::min<std::size_t>(std::size_t{1} << random() % 5, size - at));
      break;
    case 6: {  // a few bytes less in the middle
      const std::size_t gone = std::min<std::size_t>(random() % 8, size - at);
      std::memmove(place, place + gone, size - at - gone);
      return size - gone;
    }
    default:
      if (random() % 8 == 0) return at;  // cut off
      *place = static_cast<std::uint8_t>(~*place);
  }
  return size;
}

// One to four of them; returns the new size.
inline std::size_t edit(std::uint8_t* data, std::size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  for (std::uint32_t edits = 1 + random() % 4; edits > 0 && size > 0; --edits) size = edit_once(data, size, random);
  return size;
}

}  // namespace volley::test
