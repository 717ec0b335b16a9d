#include "io/edge_csv.h"

#include <catch2/catch.hpp>
#include <string>

#include "io/csv_column.h"
#include "tests/support/temporary_folder.h"

namespace {
using namespace volley;
using namespace std::chrono_literals;

std::string error_of(std::string_view text) {
  const auto edges = io::decode_edges_csv(text, "e.csv", {3, 4});
  return edges.ok() ? "" : std::string(edges.status().message());
}
}  // namespace

TEST_CASE("edges are read from named columns in any order, with exact delays") {
  const auto edges = io::decode_edges_csv(
      "# from the lab\ndelay_ms,weight,target,source\n1.5,-0.25,3,2\n\r\n0.000000001,+1e3,0,0\n", "e.csv", {3, 4});
  REQUIRE(edges.ok());
  REQUIRE(edges->size() == 2);
  CHECK((*edges)[0] == Edge{2, 3, -0.25f, 1500us});
  CHECK((*edges)[1] == Edge{0, 0, 1000.0f, Duration{1}});
}

TEST_CASE("what is wrong with a list of edges is said with line and column") {
  CHECK(error_of("").find("e.csv:0:1: the file is empty") == 0);
  CHECK(error_of("source,target,wieght,delay_ms\n").find("e.csv:1:15: unknown column; did you mean `weight`?") == 0);
  CHECK(error_of("source,target,weight\n").find("no column `delay_ms`") != std::string::npos);
  CHECK(error_of("source,source,weight,delay_ms\n").find("e.csv:1:8: the column stands twice") == 0);
  const std::string header = "source,target,weight,delay_ms\n";
  CHECK(error_of(header + "0,0,1,1\n0,4,1,1\n").find("e.csv:3:3: target must be a whole number below 4 (`4`)") == 0);
  CHECK(error_of(header + "-1,0,1,1\n").find("e.csv:2:1: source must be") == 0);
  CHECK(error_of(header + "0,0,1e39,1\n").find("e.csv:2:5: weight") == 0);
  CHECK(error_of(header + "0,0,nan,1\n").find("e.csv:2:5: weight") == 0);
  CHECK(error_of(header + "0,0,1, 0\n").find("e.csv:2:8: delay_ms must be a number from 1e-9 to 4.6e9") == 0);
  CHECK(error_of(header + "0,0,1\n").find("the row has 3 fields, the header 4") != std::string::npos);
}

TEST_CASE("every truncation of a list of edges is an error or a shorter list") {
  const std::string text = "source,target,weight,delay_ms\n0,1,0.5,1.5\n2,3,-1e-3,20\n";
  for (std::size_t n = 0; n < text.size(); ++n) {
    const auto edges = io::decode_edges_csv(std::string_view(text).substr(0, n), "e.csv", {3, 4});
    if (edges.ok()) CHECK(edges->size() <= 2);
  }
}

TEST_CASE("a column of numbers has one row per neuron") {
  const std::string text = "id,v_init,tau\n0,-65.5,10\n1,-60,20\n";
  const auto column = io::decode_csv_column(text, "p.csv", "v_init", 2);
  REQUIRE(column.ok());
  CHECK(*column == std::vector<double>{-65.5, -60});
  CHECK(std::string(io::decode_csv_column(text, "p.csv", "v_int", 2).status().message()) ==
        "p.csv:1:1: there is no column `v_int`; did you mean `v_init`? (`id`)");
  CHECK_FALSE(io::decode_csv_column(text, "p.csv", "tau", 1).ok());
  CHECK_FALSE(io::decode_csv_column(text, "p.csv", "tau", 3).ok());
  CHECK(std::string(io::decode_csv_column("a\nx\n", "p.csv", "a", 1).status().message()) ==
        "p.csv:2:1: must be a number (`x`)");
}

TEST_CASE("files that are not there are told apart from files that are wrong") {
  const test::TemporaryFolder folder;
  CHECK(io::read_edges_csv(folder.path("none.csv"), {1, 1}).status().code() == absl::StatusCode::kNotFound);
  const std::string bad = folder.file("bad.csv", "what\n");
  CHECK(io::read_edges_csv(bad, {1, 1}).status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(io::read_csv_column(folder.path("none.csv"), "a", 1).status().code() == absl::StatusCode::kNotFound);
}
