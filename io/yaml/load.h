// Reads YAML text into a tree. yaml-cpp scans and parses; everything it leaves open is settled here.
#pragma once

#include <string_view>

#include "io/yaml/node.h"
#include "io/yaml/problems.h"

namespace volley::io::yaml {

// The root of the one document in `text`; an empty text is a null node. On an error that leaves no tree (syntax, or a
// limit: 16 MiB, 64 levels, 3,000,000 nodes with aliases expanded) the result is nullptr and the problem has been
// added. Refused as well: bytes that are not UTF-8, control characters, explicit tags, keys that are not scalars, keys
// that stand twice, an alias inside of what it names. Merge keys (`<<`) are resolved: what a map says itself wins, then
// the earlier of several merged maps. `origin` goes into every place.
const Node* load(std::string_view text, std::int32_t origin, Document& document, Problems& problems);

}  // namespace volley::io::yaml
