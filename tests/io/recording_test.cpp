#include "io/recording.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <csignal>
#include <functional>
#include <iostream>
#include <thread>

#include "absl/strings/str_format.h"
#include "io/compact.h"
#include "io/hdf5_read.h"
#include "io/hdf5_write.h"
#include "io/recording_reader.h"
#include "recording_support.h"
#include "tests/support/shared_data.h"

namespace volley::io {
namespace {

// Runs `work` in a process of its own; its exit code, or minus the signal that ended it.
int in_child(const std::function<int()>& work) {
  std::cout.flush();  // or the child would say it again
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

// Records without end, in windows of `spikes_per_window`, until a window is refused; returns that status.
absl::Status record_until_refused(Recorder& recorder, std::size_t spikes_per_window, Duration gap,
                                  Time* now = nullptr) {
  SpikeMaker maker;
  for (;;) {
    const std::vector<Spike> spikes = maker.next(spikes_per_window, gap);
    if (now != nullptr) *now = maker.now() + Duration{1};
    const absl::Status status = recorder.on_window(window_of(spikes, maker.now() + Duration{1}));
    if (!status.ok()) return status;
  }
}

// What a simulation would have counted when it reached `now`; told apart from every other time.
RunCounters counters_at(Time now) {
  const auto n = static_cast<std::uint64_t>(now.time_since_epoch().count());
  return {now,
          {{"exc", 1000, false, {n, n + 1, n + 2, n + 3}},
           {"inh", 250, false, {2 * n, 2 * n + 1, 2 * n + 2, 2 * n + 3}},
           {"in", 100, true, {0, 0, 0, 3 * n}}},
          {5 * n, 7 * n}};
}

// Checks that the counters are those of the time up to which the file goes.
void check_counters(const RecordingInfo& info) {
  const Time reached = time_from_ms(info.reached_ms);
  if (reached == kStart) return;
  const RunCounters expected = counters_at(reached);
  REQUIRE(info.populations.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const SliceCounters &found = info.populations[i].counts, &wanted = expected.populations[i].counts;
    CHECK(found.spikes == wanted.spikes);
    CHECK(found.synaptic_events == wanted.synaptic_events);
    CHECK(found.external_events == wanted.external_events);
    CHECK(found.neuron_updates == wanted.neuron_updates);
  }
  for (std::size_t i = 0; i < 2; ++i) CHECK(info.projections[i].synaptic_events == expected.projection_events[i]);
}

// Checks that every population holds a prefix of what record_until_refused() recorded, and all of it before reached_ms.
// Returns how many spikes there are.
std::size_t check_prefix(const Recording& recording, std::size_t spikes_per_window, Duration gap) {
  std::map<std::string, SpikeTrain> read;
  std::size_t total = 0;
  for (const auto& [population, count] : recording.info().recorded_spikes) {
    const absl::StatusOr<SpikeTrain> spikes = recording.spikes(population);
    REQUIRE(spikes.ok());
    read[population] = *spikes;
    CHECK(count == spikes->size());
    total += spikes->size();
  }
  std::map<std::string, std::size_t> seen;
  std::size_t wrong = 0, missing = 0;
  SpikeMaker maker;
  const Time reached = time_from_ms(recording.info().reached_ms);
  for (std::size_t found = 0; found < total || maker.now() < reached;) {
    for (const auto& [population, spikes] : by_population(maker.next(spikes_per_window, gap))) {
      for (const auto& spike : spikes) {
        const std::size_t i = seen[population]++;
        if (i < read[population].size()) {
          wrong += read[population][i] != spike;
          ++found;
        } else {
          missing += spike.first < reached;
        }
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(missing == 0);
  return total;
}

TEST_CASE("a process killed at any moment leaves a correct prefix of every population and its counts") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  {  // what was there before stays until the new file can be read
    const auto before = Recorder::create(path, small_run());
    REQUIRE((*before)->close(Outcome::kComplete, {}).ok());
  }
  constexpr std::size_t kPerWindow = 100;
  constexpr Duration kGap{1'000'000};
  std::size_t recovered = 0, counted = 0;
  for (int attempt = 0; attempt < 25 || (recovered == 0 && attempt < 100); ++attempt) {
    int created[2];
    REQUIRE(pipe(created) == 0);
    const pid_t child = fork();
    if (child == 0) {
      RecorderOptions options;
      options.flush_seconds = 0.001;
      options.chunk_spikes = 512 << (attempt % 5);
      Time now = kStart;
      options.counters = [&now] { return counters_at(now); };
      if (attempt % 5 == 0) close(created[1]);  // killed while the file is made
      const auto recorder = Recorder::create(path, small_run(), options);
      close(created[1]);
      if (recorder.ok()) record_until_refused(**recorder, kPerWindow, kGap, &now).IgnoreError();
      _exit(1);
    }
    close(created[1]);
    char nothing = 0;
    REQUIRE(read(created[0], &nothing, 1) == 0);  // the child has closed its end
    close(created[0]);
    std::this_thread::sleep_for(std::chrono::microseconds(attempt * attempt * 100));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto recording = Recording::open(path);
    INFO(recording.status());
    REQUIRE(recording.ok());
    if (recording->info().outcome != "unfinished") continue;
    recovered += check_prefix(*recording, kPerWindow, kGap);
    check_counters(recording->info());
    counted += recording->info().reached_ms > 0;
  }
  CHECK(recovered > 0);
  CHECK(counted > 0);
}

TEST_CASE("a recording can be read while it goes on") {
  const TemporaryFolder folder;
  RecorderOptions options;
  options.flush_seconds = 0.001;
  const auto recorder = Recorder::create(folder.path("run.h5"), small_run(), options);
  REQUIRE(recorder.ok());
  SpikeMaker maker;
  std::uint64_t last = 0;
  for (int k = 0; k < 20; ++k) {
    REQUIRE((*recorder)->on_window(window_of(maker.next(500, Duration{1'000'000}), maker.now() + Duration{1})).ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const auto live = Recording::open(folder.path("run.h5"));
    INFO(live.status());
    REQUIRE(live.ok());
    CHECK(live->info().outcome == "unfinished");
    const std::uint64_t now = live->info().recorded_spikes.at("exc");
    CHECK(now >= last);
    last = now;
  }
  CHECK(last > 0);
  REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
}

TEST_CASE("a file size limit ends the run with its cause, and the file is readable up to the last flush") {
  constexpr std::size_t kPerWindow = 200;
  constexpr Duration kGap{1'000'000};
  for (rlim_t limit = 60'000; limit < 2'000'000; limit = limit * 3 / 2) {
    const TemporaryFolder folder;
    const std::string path = folder.path("run.h5");
    const int code = in_child([&] {
      signal(SIGXFSZ, SIG_IGN);
      RecorderOptions options;
      options.flush_seconds = 0.002;
      options.chunk_spikes = 4096;
      const auto recorder = Recorder::create(path, small_run(), options);
      if (!recorder.ok()) return 10;
      const rlimit both{limit, limit};
      setrlimit(RLIMIT_FSIZE, &both);
      const absl::Status run = record_until_refused(**recorder, kPerWindow, kGap);
      if (!mentions(run, path) || !mentions(run, "File too large")) return 11;
      const absl::Status closed = (*recorder)->close(Outcome::kComplete, {});
      if (closed.ok() || !mentions(closed, "File too large")) return 12;
      exit(0);  // with HDF5's own end of the program
    });
    INFO("limit " << limit);
    REQUIRE(code == 0);
    const auto recording = Recording::open(path);
    INFO(recording.status());
    REQUIRE(recording.ok());
    CHECK(recording->info().outcome == "failed");
    CHECK(recording->info().error.find("File too large") != std::string::npos);
    check_prefix(*recording, kPerWindow, kGap);
  }
}

// In a mount namespace of its own, a file system of `bytes` at `folder`. False where that is not allowed.
bool mount_small_disk(const std::string& folder, std::size_t bytes) {
  if (unshare(CLONE_NEWNS) != 0) return false;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const std::string size = "size=" + std::to_string(bytes);
  return mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
}

TEST_CASE("a full disk ends the run with its cause and an ordinary closed file that says how far it goes") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  constexpr int kSkipped = 77;
  for (const std::size_t bytes : {std::size_t{12} << 20, (std::size_t{25} << 20) / 2, std::size_t{13} << 20}) {
    const int code = in_child([&] {
      if (!mount_small_disk(folder.path(""), bytes)) return kSkipped;
      RecorderOptions options;
      options.flush_seconds = 0.002;
      options.chunk_spikes = 4096;
      const auto recorder = Recorder::create(path, small_run(), options);
      if (!recorder.ok()) return 10;
      const absl::Status run = record_until_refused(**recorder, 200, Duration{1'000'000});
      if (!absl::IsResourceExhausted(run) || !mentions(run, path)) return 11;
      const absl::Status closed = (*recorder)->close(Outcome::kComplete, {});
      if (!absl::IsResourceExhausted(closed) || !mentions(closed, "holds everything before")) return 12;
      const auto recording = Recording::open(path);
      if (!recording.ok() || recording->info().outcome != "failed" || recording->info().error.empty()) return 13;
      if (recording->info().reached_ms <= 0) return 14;
      if (check_prefix(*recording, 200, Duration{1'000'000}) < 1000) return 15;
      const h5::Quiet quiet;
      if (!h5::Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose)) return 16;
      if (std::distance(std::filesystem::directory_iterator(folder.path("")), {}) != 1) return 17;
      exit(0);
    });
    if (code == kSkipped) {
      WARN("skipped: no small file system can be mounted here");
      return;
    }
    INFO("disk of " << bytes);
    CHECK(code == 0);
  }
}

constexpr int kSkipped = 77;

// Records until there is no more room, which `bound` sees to, and checks that the closed file, an ordinary one, holds
// spikes and counts of one moment, and most of what was written. `cause`: of the refusal. Exit code of the child.
int records_until_no_room(const std::string& path, const std::function<bool()>& bound, absl::StatusCode cause,
                          double flush_seconds) {
  return in_child([&] {
    if (!bound()) return kSkipped;
    RecorderOptions options;
    options.flush_seconds = flush_seconds;
    Time now = kStart;
    options.counters = [&now] { return counters_at(now); };
    const auto recorder = Recorder::create(path, small_run(), options);
    if (!recorder.ok()) return 10;
    if (record_until_refused(**recorder, 200, Duration{1'000'000}, &now).code() != cause) return 11;
    const absl::Status closed = (*recorder)->close(Outcome::kComplete, counters_at(now));
    const auto recording = Recording::open(path);
    if (!recording.ok() || recording->info().outcome != "failed") return 12;
    const RecordingInfo& info = recording->info();
    if (!mentions(closed, absl::StrFormat("holds everything before %.10g ms", info.reached_ms))) return 13;
    const RunCounters expected = counters_at(time_from_ms(info.reached_ms));
    if (info.populations[0].counts.spikes != expected.populations[0].counts.spikes) return 14;
    if (info.projections[1].synaptic_events != expected.projection_events[1]) return 15;
    std::vector<Spike> before;  // every column ends at that moment
    for (SpikeMaker maker; maker.now() + Duration{1} < time_from_ms(info.reached_ms);) {
      for (const Spike& spike : maker.next(200, Duration{1'000'000})) before.push_back(spike);
    }
    for (const auto& [population, spikes] : by_population(before)) {
      if (recording->spikes(population).value() != spikes) return 16;
    }
    std::uint64_t stored = 0;  // what lies in the columns, whole or not
    for (const char* name : {"exc", "inh", "in"}) {
      const h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
      stored +=
          h5::shape_of(h5::open_dataset(file.get(), std::string("/spikes/") + name + "/node_ids")->get())->front();
    }
    if (before.size() < 10'000 || before.size() < stored * 9 / 10) return 17;
    exit(0);
  });
}

TEST_CASE("a disk that is full before the first flush, or after some, leaves spikes and counts of one moment") {
  for (const double flush_seconds : {1e6, 0.02}) {
    const TemporaryFolder folder;
    const int code = records_until_no_room(
        folder.path("run.h5"), [&] { return mount_small_disk(folder.path(""), 2200 << 10); },
        absl::StatusCode::kResourceExhausted, flush_seconds);
    if (code == kSkipped) {
      WARN("skipped: no small file system can be mounted here");
      return;
    }
    INFO("flush every " << flush_seconds << " s");
    CHECK(code == 0);
  }
}

TEST_CASE("a limit of the file's size before the first flush, or after some, does as a full disk") {
  for (const double flush_seconds : {1e6, 0.02}) {
    const TemporaryFolder folder;
    const auto bound = [] {
      signal(SIGXFSZ, SIG_IGN);
      const rlimit both{2200 << 10, 2200 << 10};
      return setrlimit(RLIMIT_FSIZE, &both) == 0;
    };
    INFO("flush every " << flush_seconds << " s");
    CHECK(records_until_no_room(folder.path("run.h5"), bound, absl::StatusCode::kOutOfRange, flush_seconds) == 0);
  }
}

TEST_CASE("no room at all is said at once") {
  const TemporaryFolder folder;
  const int code = in_child([&] {
    if (!mount_small_disk(folder.path(""), 1 << 20)) return 0;
    const auto recorder = Recorder::create(folder.path("run.h5"), small_run());
    if (!absl::IsResourceExhausted(recorder.status()) || !mentions(recorder.status(), "run.h5")) return 1;
    return std::filesystem::is_empty(folder.path("")) ? 0 : 2;
  });
  CHECK(code == 0);
}

TEST_CASE("a recording that cannot be compacted for want of room stays as it was") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  const int code = in_child([&] {
    if (!mount_small_disk(folder.path(""), 6 << 20)) return 0;
    RecorderOptions options;
    options.compact = false;
    const auto recorder = Recorder::create(path, small_run(), options);
    SpikeMaker maker;
    const std::vector<Spike> spikes = maker.next(200'000);
    if (!recorder.ok() || !(*recorder)->on_window(window_of(spikes, maker.now())).ok()) return 10;
    if (!(*recorder)->close(Outcome::kComplete, {}).ok()) return 11;
    std::ofstream ballast(folder.path("ballast"), std::ios::binary);
    while (ballast.write(std::string(4096, 'x').data(), 4096).flush()) {
    }
    if (!absl::IsResourceExhausted(compact(path))) return 12;
    if (Recording::open(path)->spikes("exc").value() != by_population(spikes)["exc"]) return 13;
    if (std::distance(std::filesystem::directory_iterator(folder.path("")), {}) != 2) return 14;
    exit(0);
  });
  CHECK(code == 0);
}

// A file with everything a recording can have.
std::string make_recording(const TemporaryFolder& folder) {
  RunMetadata metadata = small_run();
  metadata.plan.network.state_probes = {{"exc", {1, 2}, "v", kStart, Duration{100'000'000}, {}},
                                        {"inh", {0}, "v", kStart, Duration{0}, {kStart, kStart + Duration{5}}}};
  RecorderOptions options;
  options.chunk_spikes = 16;
  const std::string path = folder.path("whole.h5");
  const auto recorder = Recorder::create(path, metadata, options);
  const std::vector<double> values = {1, 2};
  const std::vector<TraceSample> samples = {{0, kStart, values}, {1, kStart, {values.data(), 1}}};
  SpikeMaker maker;
  const std::vector<Spike> spikes = maker.next(100);
  (*recorder)->on_window(window_of(spikes, maker.now(), samples)).IgnoreError();
  (*recorder)->close(Outcome::kComplete, {}).IgnoreError();
  return path;
}

// Everything that a reader can be asked for. Returns whether the file was accepted.
bool read_everything(const std::string& path) {
  const auto recording = Recording::open(path);
  if (!recording.ok()) {
    CHECK(mentions(recording.status(), path));
    return false;
  }
  bool good = true;
  for (const auto& [population, count] : recording->info().recorded_spikes) {
    const auto spikes = recording->spikes(population);
    if (spikes.ok()) CHECK(spikes->size() == count);
    good = good && spikes.ok();
  }
  return recording->traces().ok() && good;
}

// The same without a child process for each file.
bool read_everything_here(const std::string& path) {
  const auto info = read_recording_info(path);
  bool good = info.ok() && read_recorded_traces(path).ok();
  if (!info.ok()) return false;
  for (const auto& [population, count] : info->recorded_spikes) {
    good = read_recorded_spikes(path, population).ok() && good;
  }
  return good;
}

TEST_CASE("a file cut off at any byte is an error or a valid recording") {
  const TemporaryFolder folder;
  const std::string whole = bytes_of_file(make_recording(folder));
  REQUIRE(whole.size() > 1000);
  CHECK(read_everything(folder.path("whole.h5")));
  const std::string path = folder.path("cut.h5");
  const int accepted = in_child([&] {
    int count = 0;
    write_file(path, whole);
    for (std::size_t size = whole.size(); size-- > 0;) {
      std::filesystem::resize_file(path, size);
      count += read_everything_here(path);
    }
    return std::min(count, 100);
  });
  CHECK(accepted == 0);  // HDF5 knows where its file ends
}

TEST_CASE("changed bytes are an error or valid data, never a crash") {
  const TemporaryFolder folder;
  std::vector<std::string> files = {bytes_of_file(make_recording(folder))};
  for (const char* name :
       {"sonata/spike_files/spikes.old.h5", "sonata-libsonata/spikes.h5", "sonata-libsonata/somas.h5"}) {
    if (const auto path = test::shared_data(std::string("formats/") + name)) files.push_back(bytes_of_file(*path));
  }
  std::uint64_t state = 88172645463325252u;
  const auto draw = [&state](std::size_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<std::size_t>((state >> 11) % below);
  };
  const std::string path = folder.path("changed.h5");
  std::size_t refused = 0;
  for (const std::string& whole : files) {
    for (int k = 0; k < 100; ++k) {
      std::string bytes = whole;
      for (std::size_t n = 1 + draw(3); n > 0; --n) bytes[draw(bytes.size())] = static_cast<char>(draw(256));
      write_file(path, bytes);
      refused += !read_everything(path);
    }
  }
  CHECK(refused > 0);
}

TEST_CASE("what is no recording is refused by name") {
  const TemporaryFolder folder;
  CHECK(absl::IsNotFound(Recording::open(folder.path("nothing.h5")).status()));
  const auto text = Recording::open(folder.file("net.yaml", "populations: {}\n"));
  CHECK(absl::IsInvalidArgument(text.status()));
  CHECK(mentions(text.status(), "net.yaml"));
  const std::string other = folder.path("other.h5");
  H5Fclose(H5Fcreate(other.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  CHECK(mentions(Recording::open(other).status(), "neither /spikes nor /report"));
}

TEST_CASE("a dataset that claims more than its file can hold is not allocated") {
  const TemporaryFolder folder;
  const std::string path = folder.path("huge.h5");
  {
    const h5::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
    h5::Writer writer(file.get());
    for (const char* name : {"/spikes/p/timestamps", "/spikes/p/node_ids"}) {
      const h5::Handle column = writer.column(name, H5T_NATIVE_DOUBLE, {1024});
      const hsize_t claimed = hsize_t{1} << 50;
      REQUIRE(H5Dset_extent(column.get(), &claimed) >= 0);
    }
  }
  const auto recording = Recording::open(path);
  CHECK(absl::IsInvalidArgument(recording.status()));
  CHECK(mentions(recording.status(), "/spikes/p/timestamps"));
}

}  // namespace
}  // namespace volley::io
