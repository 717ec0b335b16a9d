// Real data that lies beside the project (`../shared/data`) and is not part of it.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>
#include <string>

namespace volley::test {

// The path of a file or folder of the shared data; empty, after one line of explanation, where it is absent.
inline std::optional<std::string> shared_data(const std::string& relative) {
  const std::filesystem::path path = std::filesystem::path(VOLLEY_SOURCE_DIR) / ".." / "shared" / "data" / relative;
  if (std::filesystem::exists(path)) return path.lexically_normal().string();
  WARN("skipped: ../shared/data/" << relative << " is not here");
  return std::nullopt;
}

}  // namespace volley::test
