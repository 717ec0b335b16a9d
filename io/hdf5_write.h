// Writes small HDF5 objects one after the other: after the first failure nothing more happens, and status() says why.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "io/hdf5.h"

namespace volley::io::h5 {

// Paths are absolute; missing groups on the way are made. Datasets are contiguous with their space allocated at once,
// so that offset_of() is known and they can be written over in place.
class Writer {
 public:
  explicit Writer(hid_t file) : file_(file) {}

  void group(const std::string& path);
  template <class T>
  void numbers(const std::string& path, const std::vector<hsize_t>& shape, std::span<const T> values);
  // A string padded with NUL to `bytes` (0: as long as it is).
  void text(const std::string& path, const std::string& text, std::size_t bytes = 0);
  void texts(const std::string& path, const std::vector<std::string>& texts);

  // Attributes of the object at `path`. Strings have variable length, as most readers expect.
  template <class T>
  void numbers_attribute(const std::string& path, const std::string& name, std::span<const T> values);
  template <class T>
  void number_attribute(const std::string& path, const std::string& name, T value);
  void text_attribute(const std::string& path, const std::string& name, const std::string& text);
  // An enumeration over unsigned bytes; `words[i]` is the name of i.
  void enum_attribute(const std::string& path, const std::string& name, const std::vector<std::string>& words,
                      unsigned char value);

  // An empty dataset that grows along its first dimension, filtered with shuffle and deflate. `chunk` has one dimension
  // or two; the second is fixed. Returned open.
  Handle column(const std::string& path, hid_t type, const std::vector<hsize_t>& chunk);

  // Where the values of a dataset lie in the file.
  std::uint64_t offset_of(const std::string& path);

  const absl::Status& status() const { return status_; }
  void fail(const std::string& path, std::string_view what);

 private:
  void dataset(const std::string& path, hid_t type, const std::vector<hsize_t>& shape, const void* values);
  void attribute(const std::string& path, const std::string& name, hid_t type, hid_t space, const void* values);

  hid_t file_;
  absl::Status status_;
};

}  // namespace volley::io::h5
