#include "hardware/mesh.h"

#include <algorithm>

namespace volley::hardware {

std::string_view name_of(Direction direction) {
  constexpr std::string_view kNames[kDirections] = {"east", "west", "south", "north"};
  return kNames[static_cast<std::size_t>(direction)];
}

std::uint32_t Mesh::tile_at(Position position) const {
  if (tiles.empty()) return position.x * height + position.y;
  return static_cast<std::uint32_t>(std::find(tiles.begin(), tiles.end(), position) - tiles.begin());
}

std::optional<std::uint32_t> Mesh::neighbour(std::uint32_t tile, Direction direction) const {
  Position to = position_of_tile(tile);
  if (direction == Direction::kEast) ++to.x;
  if (direction == Direction::kWest) --to.x;
  if (direction == Direction::kSouth) ++to.y;
  if (direction == Direction::kNorth) --to.y;
  if (to.x >= width || to.y >= height) return std::nullopt;  // one less than 0 is the largest number
  return tile_at(to);
}

}  // namespace volley::hardware
