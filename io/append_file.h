// The bytes of a recording on disk: a file that HDF5 writes through a driver of ours, so that a full disk ends in a
// readable file and never inside HDF5.
//
// Two invariants make a recording survive anything:
// 1. In single-writer mode HDF5 orders its metadata writes such that the file is consistent after each of them. Once a
// write
//    has failed nothing more is written (but HDF5 is told that all went well, because it cannot close a file after an
//    error), so the file stays a prefix of that sequence.
// 2. Space for one more chunk and the metadata is held in reserve. When the disk is full the reserve is given up and
// the
//    write is tried again, which is enough to close the file in order. As much is kept free below a limit of the
//    file's size (RLIMIT_FSIZE), which giving up blocks would not raise.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "io/hdf5.h"

namespace volley::io {

// Not thread safe. Must outlive the HDF5 file that was opened on it.
class AppendFile {
 public:
  // Makes an empty file and sets `reserve_bytes` of disk aside. It is called "<path>.part" until publish() gives it its
  // name, and locked as long as this lives: FailedPrecondition while another one writes to the same path. `held` is a
  // file of the caller's at `path`, whose lock does not count; FailedPrecondition if it is there no longer.
  static absl::StatusOr<std::unique_ptr<AppendFile>> create(const std::string& path, std::size_t reserve_bytes,
                                                            const AppendFile* held = nullptr);
  // Replaces whatever is at `path`, or where its symbolic links lead, by this file, at once.
  absl::Status publish();
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  // A file access list with which H5Fcreate() writes here. The driver behind it is released with the returned handle's
  // file.
  absl::StatusOr<h5::Handle> access_list();

  // Writes at a fixed place, in order with HDF5's own writes.
  void write(std::uint64_t offset, std::span<const std::byte> bytes);
  // Writes over bytes that exist already even after a failure: how far the run got, and why it ended.
  bool overwrite(std::uint64_t offset, std::span<const std::byte> bytes);
  bool read(std::uint64_t offset, std::span<std::byte> bytes) const;
  bool truncate(std::uint64_t size);
  std::uint64_t size() const;

  // What may still be written: without bound until the disk was full, then what is left of the reserve.
  std::uint64_t reserve_left() const;
  // FailedPrecondition when the file no longer has its name: it was removed or replaced since publish().
  absl::Status in_place() const;

  // Ok, or why nothing more should be recorded: names the path and the cause.
  const absl::Status& trouble() const { return trouble_; }
  // False once a write was lost: then the file ends at the last one before it.
  bool intact() const { return intact_; }

 private:
  AppendFile(std::string path, std::string target, int fd, int reserve, std::uint64_t reserve_bytes)
      : path_(std::move(path)), target_(std::move(target)), fd_(fd), reserve_(reserve), reserve_bytes_(reserve_bytes) {}
  void note(int error);

  std::string path_;    // for messages
  std::string target_;  // where its symbolic links lead
  int fd_;
  int reserve_;  // an unlinked file; -1: given up
  std::uint64_t reserve_bytes_;
  std::uint64_t end_without_reserve_ = std::numeric_limits<std::uint64_t>::max();  // where a size limit's part begins
  std::uint64_t full_at_ = 0;  // the file's size when the reserve was given up
  bool published_ = false;
  bool intact_ = true;
  absl::Status trouble_;
  hid_t driver_ = -1;
};

}  // namespace volley::io
