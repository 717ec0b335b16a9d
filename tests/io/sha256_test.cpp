#include "io/sha256.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace volley::io {
namespace {

TEST_CASE("the digest is that of FIPS 180-4's own examples") {
  CHECK(sha256_bytes("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_bytes("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a file has the digest of its bytes, also when it is longer than the buffer") {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "volley_sha256_test.bin";
  const std::string bytes(200'000, 'v');
  std::ofstream(path, std::ios::binary) << bytes;
  CHECK(sha256_file(path.string()).value() == sha256_bytes(bytes));
  std::filesystem::remove(path);
}

TEST_CASE("a missing file is NotFound and is named") {
  const absl::StatusOr<std::string> digest = sha256_file("/nowhere/net.yaml");
  REQUIRE(absl::IsNotFound(digest.status()));
  CHECK(std::string(digest.status().message()).find("/nowhere/net.yaml") != std::string::npos);
}

}  // namespace
}  // namespace volley::io
