// What the engine finds wrong with the readable part of a description that has problems, so that all of them are told
// at once.
#pragma once

#include <string>

#include "io/yaml/reader.h"

namespace volley::io::yaml {

// One line per problem, placed; "" if there is none. Nothing that follows from what could not be read: things that
// refer to it are left out, and all of them if a number that others are made of is not known.
std::string problems_of_the_rest(const Reader& reader);

}  // namespace volley::io::yaml
