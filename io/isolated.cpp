#include "io/isolated.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "io/hdf5.h"

namespace volley::io {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // their shadow memory does not fit into any bound
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

struct Bounds {
  rlim_t cpu_seconds;
  rlim_t seconds;
  rlim_t bytes;
};

Bounds bounds_for(const std::string& path) {
  struct stat info = {};
  const rlim_t size = ::stat(path.c_str(), &info) == 0 ? static_cast<rlim_t>(info.st_size) : 0;
  const rlim_t mebibytes = size >> 20;
  return {5 + mebibytes, 60 + 2 * mebibytes,
          mebibytes > (1u << 20) ? RLIM_INFINITY : (rlim_t{256} << 20) + size * 3 * 1032};
}

rlim_t address_space_in_use() {
  unsigned long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%lu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return static_cast<rlim_t>(pages) * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

void limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(resource, &both);
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// The answer is one byte, the status code, and then the message or the bytes.
[[noreturn]] void run_child(int answer, const Bounds& bounds,
                            const std::function<absl::StatusOr<std::string>()>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGTERM}) std::signal(signal, SIG_DFL);
  limit(RLIMIT_CORE, 0);
  const rlimit cpu{bounds.cpu_seconds, bounds.cpu_seconds + 5};  // SIGXCPU first, which says why
  ::setrlimit(RLIMIT_CPU, &cpu);
  if (!kSanitized && bounds.bytes != RLIM_INFINITY) limit(RLIMIT_AS, address_space_in_use() + bounds.bytes);
  if (const int null = ::open("/dev/null", O_WRONLY); null >= 0) ::dup2(null, STDERR_FILENO);
  bool sent = false;
  try {
    const absl::StatusOr<std::string> result = work();
    const char code = static_cast<char>(result.status().code());
    sent = write_all(answer, std::string_view(&code, 1)) &&
           write_all(answer, result.ok() ? std::string_view(*result)
                                         : std::string_view(result.status().message().data(),
                                                            result.status().message().size()));
  } catch (const std::exception&) {  // std::bad_alloc: the memory bound
  }
  ::_exit(sent ? 0 : 1);
}

absl::StatusOr<std::string> take_answer(const std::string& path, int answer) {
  struct stat info = {};
  if (::fstat(answer, &info) != 0 || info.st_size < 1) return absl::DataLossError(path + ": the reader said nothing");
  std::string bytes(static_cast<std::size_t>(info.st_size) - 1, '\0');
  char code = 0;
  bool complete = ::pread(answer, &code, 1, 0) == 1;
  for (std::size_t at = 0; complete && at < bytes.size();) {
    const ssize_t n = ::pread(answer, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at + 1));
    complete = n > 0;
    at += complete ? static_cast<std::size_t>(n) : 0;
  }
  if (!complete) return absl::ErrnoToStatus(errno, path + ": the reader's answer is lost");
  if (code == 0) return bytes;
  return absl::Status(static_cast<absl::StatusCode>(code), bytes);
}

// HDF5 takes one lock in every call. Were another thread inside HDF5 at the moment of the fork, the child would wait
// for it for ever; a callback runs with the lock held by its own thread, so there the child inherits it as the owner.
pid_t fork_with_hdf5_lock() {
  const h5::Handle list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  pid_t child = -1;
  const auto fork_here = [](hid_t, const char*, void* out) -> herr_t {
    *static_cast<pid_t*>(out) = ::fork();
    return 1;  // ends the iteration
  };
  H5Piterate(list.get(), nullptr, fork_here, &child);
  return child;
}

// The child's wait status, or nothing when it had to be killed because it took longer than `milliseconds`.
std::optional<int> wait_for(pid_t child, std::uint64_t milliseconds) {
  // By number: the header of glibc 2.36 declares pidfd_open() without C linkage.
  const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  bool in_time = true;
  if (handle.get() >= 0) {
    pollfd event{handle.get(), POLLIN, 0};
    int ready = 0;
    const int timeout = static_cast<int>(std::min<std::uint64_t>(milliseconds, 1'000'000'000));
    do ready = ::poll(&event, 1, timeout);
    while (ready < 0 && errno == EINTR);
    in_time = ready > 0;
  }
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) return std::nullopt;
  return status;
}

}  // namespace

absl::StatusOr<std::string> run_isolated(const std::string& path,
                                         const std::function<absl::StatusOr<std::string>()>& work) {
  const Descriptor answer(::memfd_create("volley-reader", MFD_CLOEXEC));
  if (answer.get() < 0) return absl::ErrnoToStatus(errno, path + ": no memory for a reader's answer");
  const Bounds bounds = bounds_for(path);
  const pid_t child = fork_with_hdf5_lock();
  if (child < 0) return absl::ErrnoToStatus(errno, path + ": no process for a reader");
  if (child == 0) run_child(answer.get(), bounds, work);
  const std::optional<int> status = wait_for(child, bounds.seconds * 1000);
  if (!status || (WIFSIGNALED(*status) && WTERMSIG(*status) == SIGXCPU)) {
    return absl::DataLossError(
        absl::StrCat(path, ": reading it did not end within ", bounds.cpu_seconds, " s; the file is damaged"));
  }
  if (WIFSIGNALED(*status)) {
    return absl::DataLossError(absl::StrCat(path, ": the HDF5 library crashed on it (", strsignal(WTERMSIG(*status)),
                                            "); the file is damaged"));
  }
  if (WEXITSTATUS(*status) != 0) {
    return absl::DataLossError(
        absl::StrCat(path, ": reading it needs more memory than such a file can; it is damaged"));
  }
  return take_answer(path, answer.get());
}

}  // namespace volley::io
