#include "io/isolated.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>

namespace volley::io {
namespace {

bool mentions(const absl::Status& status, const std::string& text) {
  return std::string(status.message()).find(text) != std::string::npos;
}

TEST_CASE("the bytes of a child come back, zeros and all") {
  const std::string bytes = std::string("a\0b", 3) + std::string(1 << 20, 'x');
  CHECK(run_isolated("file.h5", [&] { return bytes; }).value() == bytes);
  CHECK(run_isolated("file.h5", [] { return std::string(); }).value().empty());
}

TEST_CASE("a child's error comes back with its code and message") {
  const absl::StatusOr<std::string> result = run_isolated(
      "file.h5", []() -> absl::StatusOr<std::string> { return absl::NotFoundError("file.h5: no /spikes"); });
  CHECK(absl::IsNotFound(result.status()));
  CHECK(result.status().message() == "file.h5: no /spikes");
}

TEST_CASE("a crash in the child is an error that names the file") {
  const absl::StatusOr<std::string> result = run_isolated("file.h5", []() -> absl::StatusOr<std::string> {
    std::raise(SIGSEGV);
    return std::string("survived");
  });
  REQUIRE(absl::IsDataLoss(result.status()));
  CHECK(mentions(result.status(), "file.h5"));
}

TEST_CASE("an allocation without bound in the child is an error, not the end of the machine") {
  const absl::StatusOr<std::string> result =
      run_isolated("file.h5", []() -> absl::StatusOr<std::string> { return std::string(std::size_t{1} << 46, 'x'); });
  CHECK(absl::IsDataLoss(result.status()));
}

}  // namespace
}  // namespace volley::io
