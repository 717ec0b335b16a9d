// Values as bytes and back, to hand results from one process to another on the same machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace volley::io {

class BytePacker {
 public:
  template <class T>
  requires std::is_arithmetic_v<T>
  void put(T value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void put(const std::string& text) {
    put(static_cast<std::uint64_t>(text.size()));
    bytes_.append(text);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    for (const T& value : values) put(value);
  }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Never reads beyond the bytes: what is missing becomes zero or empty, and ok() says so.
class ByteUnpacker {
 public:
  explicit ByteUnpacker(const std::string& bytes) : bytes_(bytes.data()), left_(bytes.size()) {}

  template <class T>
  requires std::is_arithmetic_v<T>
  void get(T& value) {
    value = T{};
    if (left_ < sizeof value) return fail();
    std::memcpy(&value, bytes_, sizeof value);
    skip(sizeof value);
  }
  void get(std::string& text) {
    text.clear();
    const std::size_t size = count(1);
    text.assign(bytes_, size);
    skip(size);
  }
  template <class T>
  void get(std::vector<T>& values) {
    values.assign(count(1), T{});
    for (T& value : values) get(value);
  }
  // A number of things that follow, of at least `bytes` bytes each.
  std::size_t count(std::size_t bytes) {
    std::uint64_t n = 0;
    get(n);
    if (n > left_ / bytes) {
      fail();
      return 0;
    }
    return n;
  }
  bool ok() const { return ok_; }

 private:
  void skip(std::size_t n) {
    bytes_ += n;
    left_ -= n;
  }
  void fail() {
    ok_ = false;
    left_ = 0;
  }

  const char* bytes_;
  std::size_t left_;
  bool ok_ = true;
};

}  // namespace volley::io
