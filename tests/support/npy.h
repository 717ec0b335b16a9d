// Reads NumPy's `.npy` arrays of little-endian floats and integers, as reference data comes in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace volley::test {

struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<double> values;  // in C order
};

inline NpyArray read_npy(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  const auto fail = [&](const char* what) -> std::runtime_error { return std::runtime_error(path + ": " + what); };
  if (bytes.size() < 10 || bytes.compare(0, 6, "\x93NUMPY") != 0 || bytes[6] != 1)
    throw fail("not a .npy file, version 1");
  const std::size_t header_size = static_cast<unsigned char>(bytes[8]) | static_cast<unsigned char>(bytes[9]) << 8;
  const std::string header = bytes.substr(10, header_size);
  const std::string type = header.substr(header.find("'descr': '") + 10, 3);
  NpyArray array;
  std::size_t count = 1;
  const std::size_t open = header.find('('), close = header.find(')');
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t extent = std::stoul(header.substr(at));
    array.shape.push_back(extent);
    count *= extent;
    at = header.find(',', at);
    at = at == std::string::npos ? close : header.find_first_of("0123456789)", at);
  }
  const char* data = bytes.data() + 10 + header_size;
  const auto copy = [&]<class T>(T) {
    if (bytes.size() < 10 + header_size + count * sizeof(T)) throw fail("too short");
    for (std::size_t i = 0; i < count; ++i) {
      T value;
      std::memcpy(&value, data + i * sizeof(T), sizeof(T));
      array.values.push_back(static_cast<double>(value));
    }
  };
  if (type == "<f8") {
    copy(double{});
  } else if (type == "<f4") {
    copy(float{});
  } else if (type == "<i8") {
    copy(std::int64_t{});
  } else {
    throw fail("type is not <f8, <f4 or <i8");
  }
  if (header.find("'fortran_order': True") == std::string::npos) return array;
  if (array.shape.size() > 1) throw fail("Fortran order");
  return array;
}

}  // namespace volley::test
