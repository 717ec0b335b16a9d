// A recording that is being written: its groups, columns and flushes. io/recorder.h puts a thread and a queue before
// it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/spike.h"
#include "io/append_file.h"
#include "io/chunk_codec.h"
#include "io/column_writer.h"
#include "io/recorder.h"
#include "io/recording_metadata.h"

namespace volley::io {

// A piece of a run, in time order: what the recorder's queue carries.
struct RecordedBatch {
  struct Sample {
    std::uint32_t probe;
    Time at;
  };
  std::vector<Spike> spikes;  // only those asked for
  std::vector<Sample> samples;
  std::vector<float> values;  // of all samples, one after the other
  // Where each piece but the last ended: a disk may be full in the middle of a long batch.
  struct Mark {
    std::size_t spikes, samples;  // up to there
    Time reached;
    RunCounters counters;
  };
  std::vector<Mark> marks;
  Time reached = kStart;      // everything before this is in this batch or an earlier one
  RunCounters counters = {};  // at `reached`; empty: not known

  std::size_t bytes() const {
    return spikes.size() * sizeof(Spike) + samples.size() * sizeof(Sample) + values.size() * sizeof(float);
  }
  // Puts a later piece behind this one. What the later piece does not know of the counters is not known then.
  void append(const RecordedBatch& later) {
    if (bytes() > 0) marks.push_back({spikes.size(), samples.size(), reached, std::move(counters)});
    spikes.insert(spikes.end(), later.spikes.begin(), later.spikes.end());
    samples.insert(samples.end(), later.samples.begin(), later.samples.end());
    values.insert(values.end(), later.values.begin(), later.values.end());
    reached = std::max(reached, later.reached);
    counters = later.counters;
  }
  void clear() {
    marks.clear();
    spikes.clear();
    samples.clear();
    values.clear();
    reached = kStart;
    counters.reached = kStart;
    counters.populations.clear();
    counters.projection_events.clear();
  }
};

// Not thread safe.
class RecordingFile {
 public:
  // The file is readable, empty, when this returns. `recorded`: populations and sources whose spikes will come.
  static absl::StatusOr<std::unique_ptr<RecordingFile>> create(const std::string& path, const RunMetadata& metadata,
                                                               const RecorderOptions& options,
                                                               const std::vector<PopulationId>& recorded);
  ~RecordingFile();

  absl::Status append(const RecordedBatch& batch);
  // Makes everything appended so far part of the file, even if the process is killed.
  absl::Status commit();
  // Commits, writes how the run ended and closes. A failure so far makes the outcome kFailed and is returned.
  // `counters` may be null: none are known.
  absl::Status finish(Outcome outcome, const RunCounters* counters);

  std::uint64_t spikes() const { return spikes_; }
  // Everything before this is part of the file, also if the process is killed.
  Time committed() const { return committed_.reached; }
  // After finish(): bytes of the file that compact() would get back.
  std::uint64_t wasted_bytes() const { return waste_; }
  // After finish(): rewrites the file without them (io/compact.h). Other writers are kept away until this is destroyed.
  absl::Status compact();

 private:
  union Instant {
    std::int64_t ps;
    double ms;
  };
  struct SpikeColumns {  // of one population
    ColumnWriter timestamps, node_ids;
    std::optional<ColumnWriter> residuals;
    // The chunk at hand: `chunk_spikes` values each, made with the first spike. Times are picoseconds as they come, and
    // become milliseconds in one go when the file wants them.
    std::unique_ptr<Instant[]> at = {};
    std::unique_ptr<std::uint64_t[]> nodes = {};
    std::unique_ptr<std::int32_t[]> residual_ps = {};
    std::size_t count = 0, converted = 0;
    std::uint64_t full = 0;  // rows of the chunks before

    std::uint64_t appended() const { return full + count; }
    void convert();
  };
  struct ReportColumns {  // of one state probe
    ColumnWriter data;
    std::optional<ColumnWriter> times;  // of a probe at listed times
    std::uint64_t axis = 0;             // offset of mapping/time
    std::size_t neurons = 0, chunk_rows = 0;
    Duration interval{0};
    std::vector<float> values = {};  // the chunk at hand
    std::vector<double> ms = {};
    std::size_t count = 0;
    std::uint64_t appended = 0;
    std::optional<Time> first = {}, last = {};
  };
  // A moment up to which everything was appended, with the rows that every column had and the counters.
  struct Checkpoint {
    Time reached = kStart;
    std::vector<std::uint64_t> rows, counters;
  };
  struct Layout;

  RecordingFile(std::string path, std::size_t chunk_spikes, bool exact, std::unique_ptr<AppendFile> file)
      : path_(std::move(path)), chunk_spikes_(chunk_spikes), residuals_(exact), file_(std::move(file)) {}
  absl::Status make(const RunMetadata& metadata, const std::vector<PopulationId>& recorded);
  absl::Status open_columns(const Layout& layout);
  absl::Status append_spikes(std::span<const Spike> spikes);
  void count(const RunCounters& counters);
  absl::Status append_sample(const RecordedBatch::Sample& sample, const float* values);
  absl::Status put(SpikeColumns& columns);
  absl::Status put(ReportColumns& columns);
  absl::Status flush_metadata();
  absl::Status append_batch(const RecordedBatch& batch);
  absl::Status commit_columns();
  absl::Status with_trouble(absl::Status status) const;
  absl::Status settle(absl::Status status);
  void note_checkpoint();
  void save_what_fits();
  std::vector<std::uint64_t> rows_in_file() const;
  void write_axis(const ReportColumns& columns);
  void write_progress();
  void write_counters();
  bool write_text(std::uint64_t offset, std::size_t bytes, const std::string& text);
  std::uint64_t waste() const;
  bool close();
  void make_chunk(SpikeColumns& columns) const;

  std::string path_;
  std::size_t chunk_spikes_;
  bool residuals_;  // store what milliseconds in double precision lose
  ChunkCodec codec_;
  std::unique_ptr<AppendFile> file_;
  h5::Handle hdf5_;
  std::vector<std::uint32_t> slot_;  // by PopulationId: position in spike_columns_
  std::vector<SpikeColumns> spike_columns_;
  std::vector<ReportColumns> report_columns_;
  RunFields fields_;
  std::vector<std::uint64_t> counters_;  // populations' and projections', as the file has them, of what was appended
  Checkpoint committed_;                 // what the file says
  std::vector<Checkpoint> checkpoints_;  // since then, at most kMostCheckpoints
  std::uint64_t sequence_ = 0, spikes_ = 0, waste_ = 0;
  Time reached_ = kStart;
  absl::Status status_;
};

}  // namespace volley::io
