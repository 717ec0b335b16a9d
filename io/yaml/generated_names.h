// The names that projections get when the description gives them none, found before the description is read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "io/yaml/node.h"

namespace volley::io::yaml {

struct Generated {
  std::size_t position;  // of the item in the list
  std::size_t pairs;     // that the item makes projections of
  std::string name;
};

// The items of a list of projections that make one called `path`, or called what stands before a `.` in it:
// "<from>_to_<to>", behind the item's own name if it has several pairs. Numbers behind names that stand twice are not
// known here. Past the first 65,536 pairs nothing is found.
std::vector<Generated> makers_of(const Node& projections, std::string_view path);

}  // namespace volley::io::yaml
