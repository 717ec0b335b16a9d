// The container of a saved model: a line that says which kind, lines of "key value", a line "data BYTES", then BYTES
// little-endian bytes, then a line "sha256 HEX" of all before it.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace volley::charlm {

static_assert(std::endian::native == std::endian::little, "model files are little-endian");

// What a file says. `data` points into the bytes it was read from.
class ModelFile {
 public:
  ModelFile(std::map<std::string, std::string> values, std::string_view data)
      : values_(std::move(values)), data_(data) {}
  // Empty where the key is absent.
  std::string word(const std::string& key) const;
  std::optional<std::uint64_t> number(const std::string& key) const;
  // Of "alphabet HEX": 2 to 256 different bytes in ascending order, as make_text() numbers them.
  std::optional<std::string> alphabet() const;
  std::string_view data() const { return data_; }

 private:
  std::map<std::string, std::string> values_;
  std::string_view data_;
};

// `lines` of "key value\n" and data as a file that begins with `magic`.
std::string packed(std::string_view magic, std::string_view lines, std::string_view data);
// DataLoss, with `origin`, where the bytes are no such file as a whole.
absl::StatusOr<ModelFile> unpacked(std::string_view magic, std::string_view bytes, const std::string& origin);

absl::Status damaged(const std::string& origin, std::string_view what);

// Whether there is neither an infinity nor a NaN among them.
bool all_finite(std::span<const float> values);

std::string hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

template <typename T>
void append(std::string& bytes, std::span<T> values) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

// Takes `count` values off the front. REQUIRES: there are so many.
template <typename T>
std::vector<T> take(std::string_view& data, std::size_t count) {
  std::vector<T> values(count);
  std::memcpy(values.data(), data.data(), count * sizeof(T));
  data.remove_prefix(count * sizeof(T));
  return values;
}

}  // namespace volley::charlm
