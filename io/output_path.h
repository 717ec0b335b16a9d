// Where a program may write: follows symbolic links, and refuses what must not be replaced.
#pragma once

#include <span>
#include <string>

#include "absl/status/status.h"
#include "io/run_plan.h"

namespace volley::io {

// The file that writing to `path` replaces: where its symbolic links lead, also if nothing is there yet. Otherwise
// `path` itself.
std::string output_target(const std::string& path);

// Whether a new file may be written beside `path` and then replace it. InvalidArgument for devices, FIFOs, directories
// and for one of `inputs`, whatever name or link leads there; NotFound for a missing directory; PermissionDenied for
// a directory or a file that is protected against writing. All name the path and a remedy.
absl::Status check_output(const std::string& path, std::span<const InputFile> inputs);

// Makes `path` a folder that files can be written to, with those above it. InvalidArgument where something else is in
// its place or it cannot be made, PermissionDenied for one that is protected against writing.
absl::Status make_output_folder(const std::string& path);

}  // namespace volley::io
