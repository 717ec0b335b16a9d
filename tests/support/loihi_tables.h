// The arithmetic tables T1 to T3 of data/loihi/vectors, checked line by line.
#pragma once

#include <string>

namespace volley::test {

// Each returns "" when every line agrees and none is missing, else the first that does not or is. Throws std::exception
// on a malformed file.
std::string check_decay_table(const std::string& path);   // x, decay, offset, result
std::string check_weight_table(const std::string& path);  // sign mode, bits, exponent, mantissa, Brian2Loihi, Lava
std::string check_wrap_table(const std::string& path);    // x, nengo-loihi, Lava

}  // namespace volley::test
