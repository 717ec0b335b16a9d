// Says when a recording ends before its run was meant to.
#pragma once

#include <string>

#include "apps/volley/console.h"
#include "io/recording.h"

namespace volley::app {

// Warns how a recording ended and where its data end, unless its run was completed. Foreign files have no such mark.
void warn_if_incomplete(const io::RecordingInfo& info, const std::string& path, Console& console);

}  // namespace volley::app
