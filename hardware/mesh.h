// The mesh that connects the tiles of a chip: how cores are numbered, where tiles lie, how far apart two cores are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hardware/evidence.h"

namespace volley::hardware {

struct Position {
  std::uint32_t x = 0, y = 0;  // columns from the west, rows from the north
  friend constexpr bool operator==(Position, Position) = default;
};

// Links that a message crosses with XY routing; no link within a tile.
struct Hops {
  std::uint32_t east_west = 0, north_south = 0;
  constexpr std::uint32_t total() const { return east_west + north_south; }
  friend constexpr bool operator==(Hops, Hops) = default;
};

// When a step ends. kSerial, as SANA-FE's cycle-accurate mode counts: when all messages are sent and the network is
// empty, first the cores finish their remaining neurons and then the receivers their remaining messages. kOverlapped:
// they do both at once.
enum class EndOfStep { kSerial, kOverlapped };

std::string_view name_of(EndOfStep order);  // "serial"

// Of the links that leave a tile.
enum class Direction : std::uint8_t { kEast, kWest, kSouth, kNorth };
inline constexpr std::uint32_t kDirections = 4;
constexpr bool is_east_west(Direction d) { return d == Direction::kEast || d == Direction::kWest; }
std::string_view name_of(Direction direction);  // "east"

// Core c sits on tile c / cores_per_tile. Tiles are numbered down the columns, unless the chip's file lists them.
struct Mesh {
  std::uint32_t width = 1, height = 1;  // tiles
  std::uint32_t cores_per_tile = 1;
  Evidence evidence = Evidence::kAssumed;
  std::string source;
  std::vector<Position> tiles{};  // by tile; empty: tile t is at x = t / height, y = t % height

  // How the network on the chip works in time; unset: not known.
  std::optional<Known<double>> clock_ns{};               // one cycle of a router
  std::optional<Known<std::uint32_t>> subnets{};         // parallel physical networks
  std::optional<Known<std::uint32_t>> receive_buffer{};  // messages that a core takes in before it pushes back
  std::optional<Known<EndOfStep>> end_of_step{};

  std::uint32_t tile_count() const { return width * height; }
  std::uint32_t core_count() const { return tile_count() * cores_per_tile; }
  std::uint32_t tile_of(std::uint32_t core) const { return core / cores_per_tile; }
  // REQUIRES: tile < tile_count().
  Position position_of_tile(std::uint32_t tile) const {
    return tiles.empty() ? Position{tile / height, tile % height} : tiles[tile];
  }
  // REQUIRES: position.x < width, position.y < height.
  std::uint32_t tile_at(Position position) const;
  // The tile that the link in `direction` leads to; empty at the edge of the mesh.
  std::optional<std::uint32_t> neighbour(std::uint32_t tile, Direction direction) const;
  // REQUIRES: core < core_count().
  Position position_of_core(std::uint32_t core) const { return position_of_tile(tile_of(core)); }
  Hops hops(std::uint32_t from_core, std::uint32_t to_core) const {
    const Position a = position_of_core(from_core), b = position_of_core(to_core);
    const auto apart = [](std::uint32_t p, std::uint32_t q) { return p > q ? p - q : q - p; };
    return {apart(a.x, b.x), apart(a.y, b.y)};
  }
};

}  // namespace volley::hardware
