#include "io/recording_file.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "io/compact.h"
#include "io/recording_layout.h"

namespace volley::io {
namespace {

constexpr std::size_t kMostCheckpoints = 256;
// Of the reserve, for the metadata of a file that is closed.
constexpr std::uint64_t kClosingBytes = 512u << 10;
constexpr const char* kOutcomeWords[] = {"complete", "interrupted", "failed"};

template <class T>
std::span<const std::byte> bytes_of(const T* values, std::size_t count) {
  return std::as_bytes(std::span<const T>(values, count));
}

}  // namespace

RecordingFile::~RecordingFile() { close(); }

absl::Status RecordingFile::with_trouble(absl::Status status) const {
  return file_->trouble().ok() ? status : file_->trouble();
}

std::vector<std::uint64_t> RecordingFile::rows_in_file() const {
  std::vector<std::uint64_t> rows;
  for (const SpikeColumns& columns : spike_columns_) {
    rows.push_back(std::min(columns.timestamps.rows(), columns.node_ids.rows()));
    if (columns.residuals) rows.back() = std::min(rows.back(), columns.residuals->rows());
  }
  for (const ReportColumns& columns : report_columns_) {
    rows.push_back(columns.data.rows());
    if (columns.times) rows.back() = std::min(rows.back(), columns.times->rows());
  }
  return rows;
}

void RecordingFile::note_checkpoint() {
  Checkpoint now{reached_, {}, counters_};
  for (const SpikeColumns& columns : spike_columns_) now.rows.push_back(columns.appended());
  for (const ReportColumns& columns : report_columns_) now.rows.push_back(columns.appended);
  if (checkpoints_.size() == kMostCheckpoints) {  // every other one will do
    for (std::size_t i = 0; i < kMostCheckpoints / 2; ++i) checkpoints_[i] = std::move(checkpoints_[2 * i + 1]);
    checkpoints_.resize(kMostCheckpoints / 2);
  }
  checkpoints_.push_back(std::move(now));
}

// On a full disk: the rows that only memory has, as far as the reserve goes beyond what closing the file needs.
void RecordingFile::save_what_fits() {
  const auto save = [this](ColumnWriter& column, std::span<const std::byte> bytes, std::size_t rows) {
    if (!file_->intact() || file_->reserve_left() < bytes.size() + kClosingBytes) return;
    column.put(bytes, rows).IgnoreError();
  };
  for (SpikeColumns& c : spike_columns_) {
    c.convert();
    save(c.timestamps, bytes_of(c.at.get(), c.count), c.count);
    save(c.node_ids, bytes_of(c.nodes.get(), c.count), c.count);
    if (c.residuals) save(*c.residuals, bytes_of(c.residual_ps.get(), c.count), c.count);
  }
  for (ReportColumns& c : report_columns_) {
    save(c.data, bytes_of(c.values.data(), c.values.size()), c.count);
    if (c.times) save(*c.times, bytes_of(c.ms.data(), c.ms.size()), c.count);
  }
}

// After the first failure: how far everything is in the file, columns and counters alike, and the message that says so.
absl::Status RecordingFile::settle(absl::Status status) {
  status = with_trouble(std::move(status));
  if (status.ok()) return status;
  if (file_->intact()) {
    save_what_fits();
    const std::vector<std::uint64_t> rows = rows_in_file();
    for (const Checkpoint& checkpoint : checkpoints_) {
      if (file_->intact() && std::equal(rows.begin(), rows.end(), checkpoint.rows.begin(), std::greater_equal<>())) {
        committed_ = checkpoint;
      }
    }
  }
  absl::string_view remedy = file_->trouble().ok() ? "" : "; free some space and run again";
  if (absl::IsOutOfRange(file_->trouble())) remedy = "; raise the limit of file sizes (ulimit -f) and run again";
  status_ = absl::Status(status.code(), absl::StrFormat("%s; %s holds everything before %.10g ms%s", status.message(),
                                                        path_, to_ms(committed_.reached), remedy));
  return status_;
}

absl::Status RecordingFile::put(SpikeColumns& columns) {
  columns.convert();
  absl::Status status = columns.timestamps.put(bytes_of(columns.at.get(), columns.count), columns.count);
  if (status.ok()) status = columns.node_ids.put(bytes_of(columns.nodes.get(), columns.count), columns.count);
  if (status.ok() && columns.residuals) {
    status = columns.residuals->put(bytes_of(columns.residual_ps.get(), columns.count), columns.count);
  }
  if (columns.count == chunk_spikes_) {
    columns.full += columns.count;
    columns.count = columns.converted = 0;
  }
  return with_trouble(std::move(status));
}

absl::Status RecordingFile::put(ReportColumns& columns) {
  absl::Status status = columns.data.put(bytes_of(columns.values.data(), columns.values.size()), columns.count);
  if (status.ok() && columns.times) {
    status = columns.times->put(bytes_of(columns.ms.data(), columns.ms.size()), columns.count);
  }
  if (columns.count == columns.chunk_rows) {
    columns.values.clear();
    columns.ms.clear();
    columns.count = 0;
  }
  return with_trouble(std::move(status));
}

void RecordingFile::SpikeColumns::convert() {
  if (residual_ps) {
    for (std::size_t i = converted; i < count; ++i) {
      residual_ps[i] = static_cast<std::int32_t>(at[i].ps - duration_from_ms(to_ms(Duration{at[i].ps})).count());
    }
  }
  for (std::size_t i = converted; i < count; ++i) at[i].ms = to_ms(Duration{at[i].ps});
  converted = count;
}

void RecordingFile::make_chunk(SpikeColumns& columns) const {
  columns.at = std::make_unique_for_overwrite<Instant[]>(chunk_spikes_);
  columns.nodes = std::make_unique_for_overwrite<std::uint64_t[]>(chunk_spikes_);
  if (residuals_) columns.residual_ps = std::make_unique_for_overwrite<std::int32_t[]>(chunk_spikes_);
}

absl::Status RecordingFile::append_spikes(std::span<const Spike> spikes) {
  for (const Spike& spike : spikes) {
    SpikeColumns& columns = spike_columns_[slot_[index_of(spike.population)]];
    if (!columns.at) [[unlikely]]
      make_chunk(columns);
    const std::size_t i = columns.count++;
    columns.at[i].ps = spike.at.time_since_epoch().count();
    columns.nodes[i] = spike.neuron;
    if (columns.count < chunk_spikes_) [[likely]]
      continue;
    if (absl::Status status = put(columns); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RecordingFile::append_sample(const RecordedBatch::Sample& sample, const float* values) {
  ReportColumns& columns = report_columns_[sample.probe];
  if (columns.last && !columns.times && sample.at != *columns.last + columns.interval) {
    return absl::InternalError(absl::StrFormat("probe %d: sample at %.12g ms, expected at %.12g ms", sample.probe,
                                               to_ms(sample.at), to_ms(*columns.last + columns.interval)));
  }
  if (!columns.first) columns.first = sample.at;
  columns.last = sample.at;
  columns.values.insert(columns.values.end(), values, values + columns.neurons);
  if (columns.times) columns.ms.push_back(to_ms(sample.at));
  ++columns.appended;
  return ++columns.count == columns.chunk_rows ? put(columns) : absl::OkStatus();
}

absl::Status RecordingFile::append_batch(const RecordedBatch& batch) {
  if (!residuals_ && !batch.spikes.empty() && batch.spikes.back().at - kStart > kExactMilliseconds) {
    return absl::OutOfRangeError(
        absl::StrFormat("%s: spike at %.10g ms, but it was made for a run of less than %.0f ms", path_,
                        to_ms(batch.spikes.back().at), to_ms(kExactMilliseconds)));
  }
  std::size_t spike = 0, sample = 0;
  const float* values = batch.values.data();
  const auto piece = [&](std::size_t spikes, std::size_t samples, Time reached, const RunCounters& counters) {
    spikes_ += spikes - spike;
    const absl::Status status = append_spikes(std::span(batch.spikes).subspan(spike, spikes - spike));
    if (!status.ok()) return status;
    spike = spikes;
    for (; sample < samples; ++sample) {
      if (absl::Status put = append_sample(batch.samples[sample], values); !put.ok()) return put;
      values += report_columns_[batch.samples[sample].probe].neurons;
    }
    reached_ = std::max(reached_, reached);
    count(counters);
    note_checkpoint();
    return absl::OkStatus();
  };
  for (const RecordedBatch::Mark& mark : batch.marks) {
    if (absl::Status status = piece(mark.spikes, mark.samples, mark.reached, mark.counters); !status.ok())
      return status;
  }
  return piece(batch.spikes.size(), batch.samples.size(), batch.reached, batch.counters);
}

absl::Status RecordingFile::append(const RecordedBatch& batch) {
  if (!status_.ok()) return status_;
  const h5::Quiet quiet;
  return settle(append_batch(batch));
}

void RecordingFile::write_axis(const ReportColumns& columns) {
  if (!columns.first) return;
  const double rows = static_cast<double>(columns.data.rows()), start = to_ms(*columns.first);
  double step = to_ms(columns.interval);
  if (columns.times) step = rows > 1 ? (to_ms(*columns.last) - start) / (rows - 1) : 0;
  const double axis[3] = {start, start + rows * step, step};
  file_->write(columns.axis, bytes_of(axis, 3));
}

absl::Status RecordingFile::flush_metadata() {
  for (const ReportColumns& columns : report_columns_) write_axis(columns);
  if (H5Fflush(hdf5_.get(), H5F_SCOPE_LOCAL) < 0) return h5::failure(path_, "cannot be flushed");
  return with_trouble(absl::OkStatus());
}

// Two rows in turn: should the process die while one is written, the other is whole.
void RecordingFile::write_progress() {
  Progress progress{++sequence_, committed_.reached, 0, committed_.rows, committed_.counters};
  for (std::size_t i = 0; i < spike_columns_.size(); ++i) progress.spikes += committed_.rows[i];
  const std::vector<std::uint64_t> row = encode_progress(progress);
  file_->write(fields_.progress + (sequence_ % 2) * row.size() * 8, bytes_of(row.data(), row.size()));
}

absl::Status RecordingFile::commit_columns() {
  for (SpikeColumns& columns : spike_columns_) {
    if (absl::Status status = put(columns); !status.ok()) return status;
  }
  for (ReportColumns& columns : report_columns_) {
    if (absl::Status status = put(columns); !status.ok()) return status;
  }
  if (absl::Status status = flush_metadata(); !status.ok()) return status;
  Checkpoint before = std::exchange(committed_, {reached_, rows_in_file(), counters_});
  checkpoints_.clear();
  write_progress();
  write_counters();
  if (!file_->intact()) committed_ = std::move(before);
  return with_trouble(absl::OkStatus());
}

absl::Status RecordingFile::commit() {
  if (!status_.ok()) return status_;
  const h5::Quiet quiet;
  note_checkpoint();
  return settle(commit_columns());
}

void RecordingFile::count(const RunCounters& counters) {
  const std::size_t populations = kPopulationCounters * slot_.size();
  if (counters.populations.size() == slot_.size()) {
    auto out = counters_.begin();
    for (const PopulationCounters& p : counters.populations) {
      for (const std::uint64_t n :
           {p.counts.spikes, p.counts.synaptic_events, p.counts.external_events, p.counts.neuron_updates}) {
        *out++ = n;
      }
    }
  }
  if (counters.projection_events.size() == counters_.size() - populations) {
    std::copy(counters.projection_events.begin(), counters.projection_events.end(),
              counters_.begin() + static_cast<std::ptrdiff_t>(populations));
  }
}

// Where other programs look for them. volley reads them from the progress, which is never half written.
void RecordingFile::write_counters() {
  const std::size_t populations = kPopulationCounters * slot_.size();
  const std::uint64_t* counters = committed_.counters.data();
  if (populations > 0) file_->write(fields_.population_counters, bytes_of(counters, populations));
  if (committed_.counters.size() > populations) {
    file_->write(fields_.projection_events, bytes_of(counters + populations, committed_.counters.size() - populations));
  }
}

bool RecordingFile::write_text(std::uint64_t offset, std::size_t bytes, const std::string& text) {
  std::string padded = text.substr(0, bytes);
  padded.resize(bytes, '\0');
  return file_->overwrite(offset, bytes_of(padded.data(), bytes));
}

bool RecordingFile::close() {
  const h5::Quiet quiet;
  spike_columns_.clear();
  report_columns_.clear();
  return hdf5_.close();
}

std::uint64_t RecordingFile::waste() const {
  std::uint64_t bytes = 0;
  for (const SpikeColumns& c : spike_columns_) {
    bytes += c.timestamps.wasted_bytes() + c.node_ids.wasted_bytes() + (c.residuals ? c.residuals->wasted_bytes() : 0);
  }
  for (const ReportColumns& c : report_columns_) {
    bytes += c.data.wasted_bytes() + (c.times ? c.times->wasted_bytes() : 0);
  }
  return bytes;
}

absl::Status RecordingFile::finish(Outcome outcome, const RunCounters* counters) {
  const h5::Quiet quiet;
  if (counters != nullptr) {
    if (status_.ok()) reached_ = std::max(reached_, counters->reached);
    count(*counters);
  }
  if (!commit().ok() && file_->intact()) {
    // The disk is full, and the reserve is for this: what is in the file can still be told.
    if (H5Fflush(hdf5_.get(), H5F_SCOPE_LOCAL) >= 0) {
      write_progress();
      write_counters();
    }
  }
  waste_ = waste();
  if (!close() && status_.ok()) status_ = h5::failure(path_, "cannot be closed");
  if (status_.ok()) settle(absl::OkStatus()).IgnoreError();
  if (status_.ok()) status_ = file_->in_place();
  if (!status_.ok()) outcome = Outcome::kFailed;
  bool told = write_text(fields_.outcome, kOutcomeBytes, kOutcomeWords[static_cast<std::size_t>(outcome)]);
  told = write_text(fields_.finished, kFinishedBytes, utc_now()) && told;
  told = write_text(fields_.error, kErrorBytes, std::string(status_.message())) && told;
  if (!told && status_.ok()) status_ = file_->trouble();
  return status_;
}

absl::Status RecordingFile::compact() { return io::compact(path_, file_); }

}  // namespace volley::io
