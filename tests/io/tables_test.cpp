#include "io/tables.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "tests/io/recording_support.h"

namespace volley::io {
namespace {

// A closed recording with 5,000 spikes.
std::string recorded(const TemporaryFolder& folder) {
  const std::string path = folder.path("run.h5");
  auto recorder = Recorder::create(path, small_run());
  REQUIRE(recorder.ok());
  SpikeMaker maker;
  const std::vector<Spike> spikes = maker.next(5000);
  REQUIRE((*recorder)->on_window(window_of(spikes, maker.now() + Duration{1})).ok());
  REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
  return path;
}

std::vector<Table> three_tables() {
  std::vector<std::uint64_t> many(200'000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = i * i;
  return {{"empty", {}, {{"a", "pJ", std::vector<double>{}}, {"b", "", std::vector<std::string>{}}}},
          {"long", {}, {{"n", "", many}}},
          {"mixed",
           {{"big", ~std::uint64_t{0}}, {"minus", std::int64_t{-3}}, {"real", 0.1}, {"text", std::string("chip µ")}},
           {{"i", "ps", std::vector<std::int64_t>{-1, 0, INT64_MAX}},
            {"w", "", std::vector<std::string>{"exc", "", "inhibitory"}},
            {"x", "nJ", std::vector<double>{1e-300, 0.1, -2}}}}};
}

TEST_CASE("tables come back as they were put into a recording, and the recording stays as it was") {
  const TemporaryFolder folder;
  const std::string path = recorded(folder);
  const auto before = Recording::open(path);
  REQUIRE(before.ok());
  const SpikeTrain spikes = *before->spikes("exc");
  REQUIRE(append_tables(path, "ledger", three_tables()).ok());
  const auto tables = read_tables(path, "ledger");
  INFO(tables.status());
  REQUIRE(tables.ok());
  CHECK(*tables == three_tables());
  const auto after = Recording::open(path);
  REQUIRE(after.ok());
  CHECK(*after->spikes("exc") == spikes);
  CHECK(after->info().outcome == "complete");
  CHECK(after->info().command_line == before->info().command_line);
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
  // 1.6 MB of squares: differences between neighbours are small, so shuffle and deflate work.
  CHECK(std::filesystem::file_size(path) < 1'000'000);
}

TEST_CASE("a second group may follow, the same one may not, and nothing changes when it is refused") {
  const TemporaryFolder folder;
  const std::string path = recorded(folder);
  REQUIRE(append_tables(path, "a", three_tables()).ok());
  REQUIRE(append_tables(path, "b", {{"t", {}, {{"n", "", std::vector<std::uint64_t>{7}}}}}).ok());
  CHECK(*read_tables(path, "a") == three_tables());
  const std::string bytes = bytes_of_file(path);
  const absl::Status twice = append_tables(path, "a", {});
  CHECK(absl::IsAlreadyExists(twice));
  CHECK(twice.message() == path + ":/a: is there already; nothing was written");
  const absl::Status uneven =
      append_tables(path, "c", {{"t", {}, {{"n", "", std::vector<double>{1}}, {"m", "", std::vector<double>{1, 2}}}}});
  CHECK(absl::IsInvalidArgument(uneven));
  CHECK(uneven.message() == "table t: column n has 1 rows, column m has 2; they must be equally long");
  CHECK(bytes_of_file(path) == bytes);
}

TEST_CASE("a recording without the group has no tables; a missing file is said to be missing") {
  const TemporaryFolder folder;
  const std::string path = recorded(folder);
  const auto none = read_tables(path, "ledger");
  REQUIRE(none.ok());
  CHECK(none->empty());
  CHECK(absl::IsNotFound(read_tables(folder.path("no.h5"), "ledger").status()));
  CHECK(absl::IsNotFound(append_tables(folder.path("no.h5"), "ledger", {})));
}

TEST_CASE("tables of damaged files are read as something or refused, but never end the program") {
  const TemporaryFolder folder;
  const std::string path = recorded(folder);
  REQUIRE(append_tables(path, "ledger", three_tables()).ok());
  const std::string whole = bytes_of_file(path);
  std::mt19937 random(11);
  int refused = 0;
  for (int i = 0; i < 60; ++i) {
    std::string damaged = whole;
    if (i % 3 == 0) {
      damaged.resize(random() % whole.size());
    } else {
      for (int k = 0; k < 40; ++k) damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    write_file(path, damaged);
    const auto tables = read_tables(path, "ledger");
    if (tables.ok()) continue;
    ++refused;
    CHECK(std::string(tables.status().message()).find("run.h5") != std::string::npos);
  }
  CHECK(refused > 20);
}

}  // namespace
}  // namespace volley::io
