#include "io/append_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "io/output_path.h"

namespace volley::io {
namespace {

// --- the driver: HDF5's view of an AppendFile -----------------------------------------------------------------------
struct DriverInfo {
  AppendFile* file;
};

struct DriverFile {
  H5FD_t base;  // HDF5 keeps its own fields here
  AppendFile* file;
  haddr_t allocated;  // end of what HDF5 has given out
};

DriverFile* of(H5FD_t* file) { return reinterpret_cast<DriverFile*>(file); }
const DriverFile* of(const H5FD_t* file) { return reinterpret_cast<const DriverFile*>(file); }

H5FD_t* open(const char*, unsigned flags, hid_t access_list, haddr_t) {
  const auto* info = static_cast<const DriverInfo*>(H5Pget_driver_info(access_list));
  if (info == nullptr) return nullptr;
  if ((flags & H5F_ACC_TRUNC) != 0) info->file->truncate(0);
  return reinterpret_cast<H5FD_t*>(new DriverFile{{}, info->file, 0});
}
herr_t close(H5FD_t* file) {
  delete of(file);
  return 0;
}
int compare(const H5FD_t* a, const H5FD_t* b) { return of(a)->file < of(b)->file ? -1 : of(b)->file < of(a)->file; }
herr_t query(const H5FD_t*, unsigned long* flags) {
  if (flags != nullptr) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_SUPPORTS_SWMR_IO | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  }
  return 0;
}
haddr_t get_allocated(const H5FD_t* file, H5FD_mem_t) { return of(file)->allocated; }
herr_t set_allocated(H5FD_t* file, H5FD_mem_t, haddr_t end) {
  of(file)->allocated = end;
  return 0;
}
haddr_t get_end(const H5FD_t* file, H5FD_mem_t) { return of(file)->file->size(); }
herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t at, size_t size, void* buffer) {
  return of(file)->file->read(at, {static_cast<std::byte*>(buffer), size}) ? 0 : -1;
}
herr_t write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t at, size_t size, const void* buffer) {
  of(file)->file->write(at, {static_cast<const std::byte*>(buffer), size});
  return 0;
}
herr_t truncate(H5FD_t* file, hid_t, hbool_t) {
  // Never beyond what was written after a failure: the file ends where it ends.
  DriverFile* f = of(file);
  if (f->file->intact() && f->allocated != f->file->size()) f->file->truncate(f->allocated);
  return 0;
}

// HDF5 marks a file as being written only if its driver can lock. Nobody has to be kept away from ours: readers may
// come at any time, and create() keeps other writers out.
herr_t lock(H5FD_t*, hbool_t) { return 0; }
herr_t unlock(H5FD_t*) { return 0; }

const H5FD_class_t kDriver = [] {
  H5FD_class_t driver = {};
  driver.name = "volley_append";
  driver.maxaddr = (haddr_t{1} << 62) - 1;
  driver.fc_degree = H5F_CLOSE_STRONG;
  driver.fapl_size = sizeof(DriverInfo);
  driver.open = open;
  driver.close = close;
  driver.cmp = compare;
  driver.query = query;
  driver.get_eoa = get_allocated;
  driver.set_eoa = set_allocated;
  driver.get_eof = get_end;
  driver.read = read;
  driver.write = write;
  driver.truncate = truncate;
  driver.lock = lock;
  driver.unlock = unlock;
  return driver;  // every kind of memory in one space: fl_map all H5FD_MEM_DEFAULT, which is 0
}();

int open_reserve(const std::string& path, std::size_t bytes) {
  std::string name = path + ".XXXXXX";
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return -1;
  ::unlink(name.c_str());  // the blocks live as long as the descriptor: nothing is left behind, whatever happens
  if (const int error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes)); error != 0) {
    ::close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

// --- one writer at a time -------------------------------------------------------------------------------------------
// With locks of the open file (fcntl), which end with the process. flock() would keep h5py from reading along.
struct flock whole_file(short kind) {
  struct flock lock = {};
  lock.l_type = kind;
  lock.l_whence = SEEK_SET;
  return lock;
}

// Where locks do not work nobody is kept away.
bool locked_by_other(int fd) {
  struct flock lock = whole_file(F_WRLCK);
  return ::fcntl(fd, F_OFD_SETLK, &lock) != 0 && (errno == EAGAIN || errno == EACCES);
}

bool is_being_written(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return false;
  struct flock lock = whole_file(F_RDLCK);
  const bool taken = ::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(fd);
  return taken;
}

bool has_name(int fd, const std::string& path) {
  struct stat open_file = {}, named = {};
  return ::fstat(fd, &open_file) == 0 && ::stat(path.c_str(), &named) == 0 && open_file.st_dev == named.st_dev &&
         open_file.st_ino == named.st_ino;
}

// "<target>.part", empty and locked. Whoever holds that lock is the only one to publish. `held`: the caller has the
// lock of the target.
absl::StatusOr<int> open_part(const std::string& path, const std::string& target, bool held) {
  const std::string part = target + ".part";
  for (;;) {
    const int fd = ::open(part.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (fd < 0) return absl::ErrnoToStatus(errno, path + ": cannot be created");
    const bool taken = locked_by_other(fd);
    if (!taken && !has_name(fd, part)) {  // it was published or given up before we had the lock
      ::close(fd);
      continue;
    }
    if (taken || (!held && is_being_written(target))) {
      if (!taken) ::unlink(part.c_str());
      ::close(fd);
      return absl::FailedPreconditionError(
          path + ": another run is writing to it; choose another file, or wait until that run ends");
    }
    if (::ftruncate(fd, 0) == 0) return fd;
    const int error = errno;
    ::close(fd);
    return absl::ErrnoToStatus(error, absl::StrCat(path, ": ", part, " is in the way"));
  }
}

// The largest size that the process may give a file.
std::uint64_t file_size_limit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::numeric_limits<std::uint64_t>::max();
  }
  return limit.rlim_cur;
}

// 0, or the error of the first write that failed. Writes what fits.
int write_at(int fd, std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? errno : EIO;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<AppendFile>> AppendFile::create(const std::string& path, std::size_t reserve_bytes,
                                                               const AppendFile* held) {
  if (held != nullptr) {
    if (absl::Status status = held->in_place(); !status.ok()) return status;
  }
  const std::string target = output_target(path);
  const absl::StatusOr<int> part = open_part(path, target, held != nullptr);
  if (!part.ok()) return part.status();
  const int fd = *part;
  const int reserve = open_reserve(target, reserve_bytes);
  if (reserve < 0) {
    const int error = errno;
    ::unlink((target + ".part").c_str());
    ::close(fd);
    return absl::ErrnoToStatus(error,
                               absl::StrCat(path, ": no room to record; ", reserve_bytes >> 10, " KiB are needed"));
  }
  std::unique_ptr<AppendFile> file(new AppendFile(path, target, fd, reserve, reserve_bytes));
  const std::uint64_t limit = file_size_limit();
  if (limit != std::numeric_limits<std::uint64_t>::max()) file->end_without_reserve_ = limit - reserve_bytes;
  return file;
}

absl::Status AppendFile::publish() {
  if (::rename((target_ + ".part").c_str(), target_.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, path_ + ": cannot be created");
  }
  published_ = true;
  return absl::OkStatus();
}

AppendFile::~AppendFile() {
  if (!published_) ::unlink((target_ + ".part").c_str());
  if (reserve_ >= 0) ::close(reserve_);
  ::close(fd_);
  if (driver_ >= 0) H5FDunregister(driver_);
}

absl::StatusOr<h5::Handle> AppendFile::access_list() {
  const h5::Quiet quiet;
  if (driver_ < 0) driver_ = H5FDregister(&kDriver);
  h5::Handle list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  const DriverInfo info{this};
  if (driver_ < 0 || !list || H5Pset_driver(list.get(), driver_, &info) < 0 ||
      H5Pset_libver_bounds(list.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST) < 0) {
    return h5::failure(path_, "HDF5 refuses the file driver");
  }
  return list;
}

std::uint64_t AppendFile::reserve_left() const {
  if (reserve_ >= 0) return std::numeric_limits<std::uint64_t>::max();
  return reserve_bytes_ - std::min(reserve_bytes_, size() - std::min(size(), full_at_));
}

absl::Status AppendFile::in_place() const {
  if (has_name(fd_, target_)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      path_ + ": was removed or replaced while the run went on, so what was recorded is lost; run again");
}

void AppendFile::note(int error) {
  if (!trouble_.ok()) return;
  trouble_ = absl::ErrnoToStatus(error, absl::StrCat(path_, ": cannot be written beyond ", size(), " bytes"));
}

void AppendFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (!intact_) return;
  const bool into_reserve = reserve_ >= 0 && offset + bytes.size() > end_without_reserve_;
  int error = into_reserve ? EFBIG : write_at(fd_, offset, bytes);
  if (error == 0) return;
  note(error);
  if ((into_reserve || error == ENOSPC || error == EDQUOT) && reserve_ >= 0) {
    full_at_ = size();
    ::close(std::exchange(reserve_, -1));
    error = write_at(fd_, offset, bytes);
  }
  intact_ = error == 0;
}

bool AppendFile::overwrite(std::uint64_t offset, std::span<const std::byte> bytes) {
  const int error = write_at(fd_, offset, bytes);
  if (error != 0) note(error);
  return error == 0;
}

bool AppendFile::read(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t n = ::pread(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    if (n == 0) {  // allocated but not written yet: zeros, as HDF5's own drivers say
      std::memset(bytes.data(), 0, bytes.size());
      return true;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return true;
}

bool AppendFile::truncate(std::uint64_t size) {
  if (::ftruncate(fd_, static_cast<off_t>(size)) == 0) return true;
  note(errno);
  return false;
}

std::uint64_t AppendFile::size() const {
  struct stat info = {};
  return ::fstat(fd_, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

}  // namespace volley::io
