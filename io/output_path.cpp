#include "io/output_path.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace volley::io {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // as Linux follows

const char* kind_of(fs::file_type type) {
  switch (type) {
    case fs::file_type::directory:
      return "a directory";
    case fs::file_type::fifo:
      return "a FIFO";
    case fs::file_type::socket:
      return "a socket";
    default:
      return "a device";
  }
}

// Root may write to everything, so a file without any permission to write is protected, too.
bool is_protected(const std::string& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) return false;
  return ::access(path.c_str(), W_OK) != 0 || (info.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

std::string output_target(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  if (const fs::path there = fs::canonical(path, error); !error) return there.string();
  fs::path target = path;
  for (int i = 0; i < kMostLinks && fs::is_symlink(target, error); ++i) {
    const fs::path next = fs::read_symlink(target, error);
    if (error) break;
    target = target.parent_path() / next;  // an absolute `next` replaces all of it
  }
  return target.string();
}

absl::Status check_output(const std::string& path, std::span<const InputFile> inputs) {
  if (path.empty()) return absl::InvalidArgumentError("the name of the file to write is empty; give one");
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (fs::exists(there) && !fs::is_regular_file(there)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is ", kind_of(there.type()), "; choose the name of a regular file"));
  }
  const std::string target = output_target(path), part = target + ".part";
  for (const InputFile& input : inputs) {
    for (const std::string& written : {target, part}) {
      if (!fs::equivalent(written, input.path, error)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": would overwrite ",
                       path == input.path ? "an input of this run" : input.path + ", an input of this run",
                       "; choose another file"));
    }
  }
  const fs::path parent = fs::path(target).parent_path(), folder = parent.empty() ? fs::path(".") : parent;
  if (!fs::is_directory(folder, error)) {
    return absl::NotFoundError(absl::StrCat(path, ": no directory `", folder.string(), "`; make it first"));
  }
  if (::access(folder.c_str(), W_OK) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": directory `", folder.string(), "` cannot be written to; choose another"));
  }
  if (is_protected(target)) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": is protected against writing; choose another file, or allow it with chmod u+w"));
  }
  return absl::OkStatus();
}

absl::Status make_output_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  std::error_code none;
  if (!fs::is_directory(path, none)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is no folder and cannot be made one (",
                                                   error ? error.message() : "a file is in its place",
                                                   "); choose another"));
  }
  if (is_protected(path)) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": is protected against writing; choose another folder, or allow it with chmod u+w"));
  }
  return absl::OkStatus();
}

}  // namespace volley::io
