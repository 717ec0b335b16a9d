#include "io/recorder.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "io/bounded_queue.h"
#include "io/hdf5_read.h"
#include "io/recording_file.h"
#include "recording_support.h"

namespace volley::io {
namespace {

TEST_CASE("what is recorded comes back, spike for spike, picosecond for picosecond") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  SpikeMaker maker;
  std::vector<Spike> all;
  auto recorder = Recorder::create(path, small_run());
  REQUIRE(recorder.ok());
  for (int window = 0; window < 300; ++window) {
    const std::vector<Spike> spikes = maker.next(static_cast<std::size_t>(window));
    all.insert(all.end(), spikes.begin(), spikes.end());
    REQUIRE((*recorder)->on_window(window_of(spikes, maker.now() + Duration{1})).ok());
  }
  REQUIRE((*recorder)->close(Outcome::kComplete, {maker.now() + Duration{1}, {}, {0, 0}}).ok());
  CHECK((*recorder)->spikes_written() == all.size());

  const auto recording = Recording::open(path);
  REQUIRE(recording.ok());
  for (const auto& [population, spikes] : by_population(all)) {
    CHECK(recording->info().recorded_spikes.at(population) == spikes.size());
    CHECK(recording->spikes(population).value() == spikes);
  }
  CHECK(recording->info().outcome == "complete");
}

TEST_CASE("small chunks and constant flushing change nothing, compacted or not") {
  for (const bool compacted : {false, true}) {
    const TemporaryFolder folder;
    const std::string path = folder.path("run.h5");
    SpikeMaker maker;
    std::vector<Spike> all;
    RecorderOptions options;
    options.chunk_spikes = 64;
    options.flush_seconds = 0.001;
    options.compact = compacted;
    auto recorder = Recorder::create(path, small_run(), options);
    REQUIRE(recorder.ok());
    for (int window = 0; window < 200; ++window) {
      const std::vector<Spike> spikes = maker.next(7);
      all.insert(all.end(), spikes.begin(), spikes.end());
      REQUIRE((*recorder)->on_window(window_of(spikes, maker.now() + Duration{1})).ok());
      if (window % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
    const auto recording = Recording::open(path);
    REQUIRE(recording.ok());
    for (const auto& [population, spikes] : by_population(all)) CHECK(recording->spikes(population).value() == spikes);
  }
}

TEST_CASE("a closed recording is an ordinary SONATA file") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  auto recorder = Recorder::create(path, small_run());
  REQUIRE(recorder.ok());
  SpikeMaker maker;
  REQUIRE((*recorder)->on_window(window_of(maker.next(100), maker.now())).ok());
  REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
  const h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  REQUIRE(file);
  CHECK(h5::integer_attribute(file.get(), "magic") == 0x0A7A);
  const auto group = h5::open_group(file.get(), "/spikes/exc");
  REQUIRE(group.ok());
  CHECK(h5::integer_attribute(group->get(), "sorting") == 2);
  const h5::Handle sorting(H5Aopen(group->get(), "sorting", H5P_DEFAULT), H5Aclose);
  const h5::Handle type(H5Aget_type(sorting.get()), H5Tclose);
  char word[16];
  const std::uint8_t value = 2;
  REQUIRE(H5Tget_class(type.get()) == H5T_ENUM);
  REQUIRE(H5Tenum_nameof(type.get(), &value, word, sizeof word) >= 0);
  CHECK(std::string(word) == "by_time");
  const auto times = h5::open_dataset(file.get(), "/spikes/exc/timestamps");
  REQUIRE(times.ok());
  CHECK(h5::string_attribute(times->get(), "units") == "ms");
}

TEST_CASE("only neurons with a spike probe are recorded, and none without probes") {
  const TemporaryFolder folder;
  RunMetadata metadata = small_run();
  SpikeMaker maker;
  const std::vector<Spike> spikes = maker.next(5000);
  SECTION("parts of one population, overlapping and apart") {
    metadata.plan.network.spike_probes = {
        {"exc", {10, 20}}, {"exc", {25, 10}}, {"exc", {900, std::nullopt}}, {"in", {50, 1}}};
    const auto recorder = Recorder::create(folder.path("run.h5"), metadata);
    REQUIRE(recorder.ok());
    REQUIRE((*recorder)->on_window(window_of(spikes, maker.now())).ok());
    REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
    SpikeTrain exc, in;
    for (const Spike& s : spikes) {
      if (s.population == PopulationId{0} && ((s.neuron >= 10 && s.neuron < 35) || s.neuron >= 900)) {
        exc.emplace_back(s.at, s.neuron);
      }
      if (s.population == PopulationId{2} && s.neuron == 50) in.emplace_back(s.at, s.neuron);
    }
    const auto recording = Recording::open(folder.path("run.h5"));
    REQUIRE(recording.ok());
    REQUIRE(recording->info().recorded_spikes.size() == 2);
    CHECK(exc.size() > 100);
    CHECK(recording->spikes("exc").value() == exc);
    CHECK(recording->spikes("in").value() == in);
    CHECK(absl::IsNotFound(recording->spikes("inh").status()));
  }
  SECTION("no probes") {
    metadata.plan.network.spike_probes.clear();
    const auto recorder = Recorder::create(folder.path("run.h5"), metadata);
    REQUIRE(recorder.ok());
    REQUIRE((*recorder)->on_window(window_of(spikes, maker.now())).ok());
    REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
    const auto recording = Recording::open(folder.path("run.h5"));
    REQUIRE(recording.ok());
    CHECK(recording->info().recorded_spikes.empty());
    CHECK((*recorder)->spikes_written() == 0);
  }
}

TEST_CASE("traces come back with their population, variable, unit, neurons and exact times") {
  const TemporaryFolder folder;
  RunMetadata metadata = small_run();
  StateProbe v{"exc", {3, 1, 4}, "v", kStart + Duration{500'000'000}, Duration{100'000'000}, {}};
  StateProbe i{"exc", {9}, "i", kStart, Duration{0}, {kStart + Duration{7}, kStart + Duration{123'456'789'012}}};
  StateProbe w{"inh", {}, "v", kStart, Duration{1'000'000'000}, {}};
  metadata.plan.network.state_probes = {v, i, w};
  metadata.probe_units = {"mV", "pA", "mV"};
  RecorderOptions options;
  options.flush_seconds = 0.002;
  const auto recorder = Recorder::create(folder.path("run.h5"), metadata, options);
  REQUIRE(recorder.ok());
  constexpr int kRows = 25'000;  // three chunks of the first
  for (int k = 0; k < kRows; ++k) {
    const std::vector<double> at_v = {k + 0.25, -k + 0.5, 1.0 / (k + 1)}, at_i = {k * 2.0}, at_w(250, k);
    std::vector<TraceSample> samples = {{0, v.start + v.interval * k, at_v}};
    if (k < 2) samples.push_back({1, i.times[static_cast<std::size_t>(k)], at_i});
    if (k % 10 == 0) samples.push_back({2, w.start + w.interval * (k / 10), at_w});
    REQUIRE((*recorder)->on_window({{kStart, samples.front().at}, {}, samples}).ok());
  }
  REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());

  const auto recording = Recording::open(folder.path("run.h5"));
  REQUIRE(recording.ok());
  const auto traces = recording->traces();
  REQUIRE(traces.ok());
  REQUIRE(traces->size() == 3);  // /report/exc_i, /report/exc_v, /report/inh
  const RecordedTrace &ti = (*traces)[0], &tv = (*traces)[1], &tw = (*traces)[2];
  CHECK(ti.variable == "i");
  CHECK(ti.unit == "pA");
  CHECK(ti.times_ms == std::vector<double>{to_ms(i.times[0]), to_ms(i.times[1])});
  CHECK(ti.values == std::vector<float>{0, 2});
  CHECK(tv.population == "exc");
  CHECK(tv.variable == "v");
  CHECK(tv.unit == "mV");
  CHECK(tv.neurons == std::vector<std::uint32_t>{3, 1, 4});
  REQUIRE(tv.times_ms.size() == kRows);
  REQUIRE(tv.values.size() == 3 * kRows);
  for (int k = 0; k < kRows; k += 997) {
    CHECK(tv.times_ms[static_cast<std::size_t>(k)] == to_ms(v.start + v.interval * k));
    CHECK(tv.values[static_cast<std::size_t>(3 * k)] == static_cast<float>(k + 0.25));
    CHECK(tv.values[static_cast<std::size_t>(3 * k + 2)] == static_cast<float>(1.0 / (k + 1)));
  }
  CHECK(tw.population == "inh");
  CHECK(tw.neurons.size() == 250);
  CHECK(tw.values.size() == 250u * (kRows / 10));
  CHECK(tw.values.back() == static_cast<float>(kRows - 10));
}

TEST_CASE("a recording says what made it, from what, and what was counted") {
  const TemporaryFolder folder;
  const auto recorder = Recorder::create(folder.path("run.h5"), small_run());
  REQUIRE(recorder.ok());
  const RunCounters counters{
      kStart + Duration{2'500'000'000},
      {{"exc", 1000, false, {11, 12, 13, 14}}, {"inh", 250, false, {21, 22, 23, 24}}, {"in", 100, true, {0, 0, 0, 34}}},
      {101, 102}};
  REQUIRE((*recorder)->close(Outcome::kInterrupted, counters).ok());
  const auto recording = Recording::open(folder.path("run.h5"));
  REQUIRE(recording.ok());
  const RecordingInfo& info = recording->info();
  CHECK(info.is_volley);
  CHECK(info.outcome == "interrupted");
  CHECK(info.error.empty());
  CHECK(info.seed == 7);
  CHECK(info.threads == 3);
  CHECK(info.command_line == "volley run net.yaml");
  CHECK(info.resolved == small_run().plan.resolved);
  CHECK(info.until_ms == 10'000);
  CHECK(info.reached_ms == 2.5);
  CHECK(info.version.find('.') != std::string::npos);
  CHECK(info.build.find("-ffp-contract=off") != std::string::npos);
  CHECK(info.started.size() == 20);
  CHECK(info.finished >= info.started);
  REQUIRE(info.inputs.size() == 2);
  CHECK(info.inputs[1].path == "weights.csv");
  CHECK(info.inputs[1].sha256 == std::string(64, 'b'));
  REQUIRE(info.populations.size() == 3);
  CHECK(info.populations[1].name == "inh");
  CHECK(info.populations[1].size == 250);
  CHECK(info.populations[1].counts.synaptic_events == 21);
  CHECK(info.populations[1].counts.external_events == 22);
  CHECK(info.populations[1].counts.neuron_updates == 23);
  CHECK(info.populations[2].counts.spikes == 34);
  CHECK(info.populations[2].is_source);
  REQUIRE(info.projections.size() == 2);
  CHECK(info.projections[0].name == "in_to_exc");
  CHECK(info.projections[1].name == "inhibition");
  CHECK(info.projections[1].synaptic_events == 102);
}

TEST_CASE("times beyond 37 minutes stay exact where the run may get that long") {
  const TemporaryFolder folder;
  RunMetadata metadata = small_run();
  metadata.until = std::chrono::hours(24 * 100);
  const auto recorder = Recorder::create(folder.path("run.h5"), metadata);
  REQUIRE(recorder.ok());
  std::vector<Spike> spikes;
  for (std::int64_t ps = 1; ps < 8'600'000'000'000'000'000; ps = ps * 3 + 1) {
    spikes.push_back({Time{Duration{ps}}, PopulationId{0}, 1});
  }
  REQUIRE((*recorder)->on_window(window_of(spikes, spikes.back().at)).ok());
  REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
  CHECK(Recording::open(folder.path("run.h5"))->spikes("exc").value() == by_population(spikes)["exc"]);
}

TEST_CASE("a spike later than the file was made for is refused, not rounded") {
  const TemporaryFolder folder;
  const auto recorder = Recorder::create(folder.path("run.h5"), small_run());
  REQUIRE(recorder.ok());
  const std::vector<Spike> spikes = {{Time{Duration{(std::int64_t{1} << 51) + 1}}, PopulationId{0}, 1}};
  REQUIRE((*recorder)->on_window(window_of(spikes, spikes.back().at)).ok());
  CHECK(absl::IsOutOfRange((*recorder)->close(Outcome::kComplete, {})));
}

TEST_CASE("a place that cannot be written to is named") {
  const TemporaryFolder folder;
  const auto missing = Recorder::create(folder.path("nowhere/run.h5"), small_run());
  CHECK(absl::IsNotFound(missing.status()));
  CHECK(mentions(missing.status(), "nowhere"));
  CHECK_FALSE(Recorder::create(folder.path(""), small_run()).ok());
  write_file(folder.path("run.h5"), "precious");
  RecorderOptions options;
  options.overwrite = false;
  CHECK(absl::IsAlreadyExists(Recorder::create(folder.path("run.h5"), small_run(), options).status()));
  CHECK(bytes_of_file(folder.path("run.h5")) == "precious");
  RunMetadata metadata = small_run();
  metadata.plan.network.spike_probes = {{"nobody", {}}};
  CHECK(mentions(Recorder::create(folder.path("run.h5"), metadata).status(), "nobody"));
  metadata = small_run();
  metadata.plan.network.populations[0].name = "a/b";
  metadata.plan.network.spike_probes = {{"a/b", {}}};
  CHECK(mentions(Recorder::create(folder.path("run.h5"), metadata).status(), "a/b"));
  CHECK(bytes_of_file(folder.path("run.h5")) == "precious");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path("")), {}) == 1);  // nothing left behind
}

TEST_CASE("a recorder that is dropped closes its file as failed") {
  const TemporaryFolder folder;
  SpikeMaker maker;
  const std::vector<Spike> spikes = maker.next(1000);
  {
    const auto recorder = Recorder::create(folder.path("run.h5"), small_run());
    REQUIRE((*recorder)->on_window(window_of(spikes, maker.now())).ok());
  }
  const auto recording = Recording::open(folder.path("run.h5"));
  REQUIRE(recording.ok());
  CHECK(recording->info().outcome == "failed");
  CHECK(recording->spikes("exc").value() == by_population(spikes)["exc"]);
}

TEST_CASE("a slow writer makes the run wait and loses nothing") {
  const TemporaryFolder folder;
  RecorderOptions options;
  options.queue_bytes = 1000;
  const auto recorder = Recorder::create(folder.path("run.h5"), small_run(), options);
  REQUIRE(recorder.ok());
  SpikeMaker maker;
  std::vector<Spike> all;
  for (int window = 0; window < 2000; ++window) {
    const std::vector<Spike> spikes = maker.next(50);
    all.insert(all.end(), spikes.begin(), spikes.end());
    REQUIRE((*recorder)->on_window(window_of(spikes, maker.now())).ok());
  }
  REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
  CHECK(Recording::open(folder.path("run.h5"))->spikes("inh").value() == by_population(all)["inh"]);
}

TEST_CASE("waste of frequent flushes is given back when the file is closed") {
  const TemporaryFolder folder;
  std::uintmax_t size[2];
  for (const bool compacted : {false, true}) {
    RecorderOptions options;
    options.chunk_spikes = 4096;
    options.flush_seconds = 0.001;
    options.compact = compacted;
    const auto recorder = Recorder::create(folder.path("run.h5"), small_run(), options);
    REQUIRE(recorder.ok());
    SpikeMaker maker;
    for (int window = 0; window < 100; ++window) {
      REQUIRE((*recorder)->on_window(window_of(maker.next(100), maker.now())).ok());
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    REQUIRE((*recorder)->close(Outcome::kComplete, {}).ok());
    size[compacted] = std::filesystem::file_size(folder.path("run.h5"));
  }
  CHECK(size[1] < size[0] / 2);
}

TEST_CASE("a batch taken from the queue never has the counters of an earlier one") {
  using Clock = std::chrono::steady_clock;
  BoundedQueue<RecordedBatch> queue(1000, 1000);
  const auto hand_over = [&queue](int at) {
    RecordedBatch piece;
    piece.spikes = {{Time{Duration{at}}, PopulationId{0}, 1}};
    piece.reached = Time{Duration{at}};
    piece.counters.projection_events = {static_cast<std::uint64_t>(at)};
    queue.produce([&](RecordedBatch& open) { open.append(piece); });
  };
  RecordedBatch batch;
  for (int at = 1; at <= 2; ++at) {
    hand_over(at);
    REQUIRE(queue.take(batch, Clock::now()));
    CHECK(batch.reached == Time{Duration{at}});
    CHECK(batch.counters.projection_events == std::vector<std::uint64_t>{static_cast<std::uint64_t>(at)});
  }
  REQUIRE(queue.take(batch, Clock::now()));  // nothing new
  CHECK(batch.spikes.empty());
  CHECK(batch.reached == kStart);
  CHECK(batch.counters.projection_events.empty());
}

TEST_CASE("a file has one recorder at a time") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  std::filesystem::create_symlink("run.h5", folder.path("link.h5"));
  const auto first = Recorder::create(path, small_run());
  REQUIRE(first.ok());
  for (const char* name : {"run.h5", "link.h5"}) {
    const auto second = Recorder::create(folder.path(name), small_run());
    CHECK(absl::IsFailedPrecondition(second.status()));
    CHECK(mentions(second.status(), "another run is writing to it"));
  }
  SpikeMaker maker;
  REQUIRE((*first)->on_window(window_of(maker.next(100), maker.now())).ok());
  REQUIRE((*first)->close(Outcome::kComplete, {}).ok());
  CHECK(Recording::open(path)->info().outcome == "complete");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path("")), {}) == 2);
  CHECK(Recorder::create(path, small_run()).ok());
}

TEST_CASE("a file that is compacted after its run is kept locked until all is done") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  RecorderOptions options;
  auto file = RecordingFile::create(path, small_run(), options, {PopulationId{0}});
  REQUIRE(file.ok());
  const auto refused = [&] { return mentions(AppendFile::create(path, 1).status(), "another run is writing to it"); };
  REQUIRE((*file)->finish(Outcome::kComplete, nullptr).ok());
  CHECK(refused());
  const auto before = std::filesystem::file_size(path);
  REQUIRE((*file)->compact().ok());
  CHECK(std::filesystem::file_size(path) != before);
  CHECK(refused());
  CHECK(Recording::open(path)->info().outcome == "complete");

  std::filesystem::rename(path, folder.path("moved.h5"));
  std::filesystem::copy_file(folder.path("moved.h5"), path);
  CHECK(absl::IsFailedPrecondition((*file)->compact()));  // that one is not ours
  std::filesystem::rename(folder.path("moved.h5"), path);
  file->reset();
  CHECK_FALSE(refused());
}

TEST_CASE("a recording that was taken away during the run is not called written") {
  const TemporaryFolder folder;
  const std::string path = folder.path("run.h5");
  for (const bool replaced : {false, true}) {
    const auto first = Recorder::create(path, small_run());
    REQUIRE(first.ok());
    std::filesystem::remove(path);
    if (replaced) write_file(path, "another's");
    const absl::Status closed = (*first)->close(Outcome::kComplete, {});
    CHECK(absl::IsFailedPrecondition(closed));
    CHECK(mentions(closed, "removed or replaced"));
    if (replaced) CHECK(bytes_of_file(path) == "another's");
  }
}

}  // namespace
}  // namespace volley::io
