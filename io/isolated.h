// Runs a reader of untrusted bytes in a child process, so that a library's crash or endless loop is an error here.
//
// Why a process: HDF5 1.10.8 died of SIGSEGV on 0.5 to 1.2 % of small SONATA files with one to three changed bytes, and
// looped without end on 0.1 %. Old-format metadata has no checksums, so nothing short of a second HDF5 could sort such
// files out beforehand.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace volley::io {

// Calls `work` in a child and returns its bytes, or its status. `path` is the file that it reads: named in messages,
// and its size bounds the child's memory (what deflate could make of it, and 256 MiB) and time (5 s of processor time
// and 1 s per MiB). DataLoss when the child crashed or exceeded a bound. `work` may use HDF5, whatever other threads do
// with it at this moment, but no other lock of the parent.
absl::StatusOr<std::string> run_isolated(const std::string& path,
                                         const std::function<absl::StatusOr<std::string>()>& work);

}  // namespace volley::io
