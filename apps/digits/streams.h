// Entities of this program's random streams (Purpose::kUser). Numbers are part of results: append, never reorder.
#pragma once

namespace volley::digits {

enum Stream : unsigned { kFirstWeights = 100, kImageSpikes = 101, kImageOrder = 102 };

}  // namespace volley::digits
