// Puts `-s key=value` from the command line into a loaded description.
#pragma once

#include "io/run_plan.h"
#include "io/yaml/node.h"
#include "io/yaml/problems.h"

namespace volley::io::yaml {

// The root with every override in its place, later ones winning. A path is keys joined by dots
// ("populations.exc.size"); in a list an item is addressed by its position from 0 or by its `name`
// ("projections.exc_to_inh.weight"). Keys may contain dots themselves: the longest key that fits is taken. Values are
// read as YAML. A path into names that the description gives (parameters, populations, sources, drives) must exist; any
// other missing key is added, and the schema refuses it if it does not know it.
const Node* apply_overrides(const Overrides& overrides, const Node* root, Document& document, Problems& problems);

}  // namespace volley::io::yaml
