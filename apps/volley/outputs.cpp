#include "apps/volley/outputs.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "apps/volley/status.h"
#include "io/output_path.h"

namespace volley::app {
namespace {

// weakly_canonical() leaves the name of a file that is not there yet relative, unless a folder stands before it.
std::filesystem::path place_of(const std::string& path) {
  std::error_code error;
  const std::filesystem::path name = io::output_target(path), absolute = std::filesystem::absolute(name, error);
  const std::filesystem::path& target = error ? name : absolute;
  const std::filesystem::path place = std::filesystem::weakly_canonical(target, error);
  return error ? target.lexically_normal() : place;
}

}  // namespace

absl::Status check_outputs(std::span<const OutputOption> outputs, std::span<const io::InputFile> inputs) {
  for (const OutputOption& output : outputs) {
    if (output.path.empty()) continue;
    if (output.path == "-") {
      return usage_error(absl::StrCat(output.option, " -: files are not written to stdout; give the name of a file"));
    }
    if (const absl::Status status = io::check_output(output.path, inputs); !status.ok()) {
      return usage_error(absl::StrCat(output.option, " ", status.message()));
    }
    for (const OutputOption& other : outputs) {
      if (&other == &output || other.path.empty() || place_of(other.path) != place_of(output.path)) continue;
      return usage_error(absl::StrCat(output.option, " ", output.path, ": is the file of ", other.option,
                                      " as well; choose another file for one of them"));
    }
  }
  return absl::OkStatus();
}

}  // namespace volley::app
