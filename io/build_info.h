// What this program was built from and how.
#pragma once

#include <string>

namespace volley::io {

std::string version();     // "0.1.0"
std::string build_info();  // compiler, its version, flags

}  // namespace volley::io
