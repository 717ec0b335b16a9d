// Owners for HDF5's C API: handles close themselves, and failures become statuses that name the HDF5 path.
//
// HDF5 1.10 as Debian builds it takes one lock inside every call, so these may be used from any thread.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace volley::io::h5 {

// An HDF5 id with the function that closes it. Empty when the id is negative, which is how HDF5 reports failure.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Handle() = default;
  Handle(hid_t id, Close how) : id_(id), close_(how) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      close();
      id_ = std::exchange(other.id_, -1);
      close_ = other.close_;
    }
    return *this;
  }
  ~Handle() { close(); }

  explicit operator bool() const { return id_ >= 0; }
  hid_t get() const { return id_; }
  // False when HDF5 could not close it. Closing an empty handle succeeds.
  bool close() { return id_ < 0 || close_(std::exchange(id_, -1)) >= 0; }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

// While one lives, HDF5 prints nothing to stderr on this thread; its error stack stays readable for failure().
class Quiet {
 public:
  Quiet() {
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Quiet() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

// The file and the path of an open object, for messages: "net.nir:/node/nodes".
std::string name_of(hid_t object);

// InvalidArgument: "<object>: <what>: <the deepest reason on HDF5's error stack>"; clears that stack.
absl::Status failure(hid_t object, std::string_view what);
absl::Status failure(const std::string& object, std::string_view what);

// Opens a file for reading without locking it. A file that a writer (alive or killed) left marked as open for
// single-writer-multiple-readers is opened in that mode. NotFound when there is no such file.
absl::StatusOr<Handle> open_file(const std::string& path);

// The HDF5 type of a C++ number in memory.
template <class T>
hid_t native_type() {
  static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>);
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_integral_v<T>) {
    constexpr bool kSigned = std::is_signed_v<T>;
    if constexpr (sizeof(T) == 1) return kSigned ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8;
    if constexpr (sizeof(T) == 2) return kSigned ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16;
    if constexpr (sizeof(T) == 4) return kSigned ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32;
    if constexpr (sizeof(T) == 8) return kSigned ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
  }
  return -1;
}

}  // namespace volley::io::h5
