// How well a figure about a chip is known, and where it comes from.
#pragma once

#include <string>
#include <string_view>

namespace volley::hardware {

// Best first.
enum class Evidence {
  kPublished,  // seen in a public copy of the source
  kMeasured,   // logs of real chips
  kSecondary,  // quoted by others
  kFitted,     // regressed to silicon by others
  kAssumed,
};

std::string_view name_of(Evidence evidence);  // "published"

// A property of a chip with its evidence.
template <class T>
struct Known {
  T value{};
  Evidence evidence = Evidence::kAssumed;
  std::string source{};
};

}  // namespace volley::hardware
