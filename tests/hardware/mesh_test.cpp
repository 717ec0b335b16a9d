#include "hardware/mesh.h"

#include <catch2/catch.hpp>

namespace volley::hardware {
namespace {

const Mesh kLoihi{.width = 8, .height = 4, .cores_per_tile = 4, .evidence = Evidence::kPublished, .source = ""};

TEST_CASE("Tiles are numbered down the columns and cores within tiles") {
  CHECK(kLoihi.core_count() == 128);
  CHECK(kLoihi.tile_of(3) == 0);
  CHECK(kLoihi.tile_of(4) == 1);
  CHECK(kLoihi.position_of_core(4) == Position{0, 1});
  CHECK(kLoihi.position_of_core(16) == Position{1, 0});
  CHECK(kLoihi.position_of_core(127) == Position{7, 3});
}

TEST_CASE("Hops are counted by direction, and there are none within a tile") {
  CHECK(kLoihi.hops(0, 3) == Hops{0, 0});
  CHECK(kLoihi.hops(0, 127) == Hops{7, 3});
  CHECK(kLoihi.hops(127, 0) == Hops{7, 3});
  CHECK(kLoihi.hops(16, 12) == Hops{1, 3});
}

TEST_CASE("Listed tiles lie where the list says") {
  Mesh mesh{.width = 2, .height = 2, .evidence = Evidence::kAssumed, .source = ""};
  mesh.tiles = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  CHECK(mesh.hops(0, 1) == Hops{1, 0});
  CHECK(mesh.hops(0, 2) == Hops{1, 1});
}

}  // namespace
}  // namespace volley::hardware
