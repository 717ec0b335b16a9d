#include "io/build_info.h"

namespace volley::io {

std::string version() { return VOLLEY_VERSION; }

std::string build_info() {
#if defined(__clang__)
  const std::string compiler = "clang ";
#else
  const std::string compiler = "gcc ";
#endif
  return compiler + __VERSION__ + ", " + VOLLEY_FLAGS;
}

}  // namespace volley::io
