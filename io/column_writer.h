// Appends rows to one chunked HDF5 dataset of a live recording: whole chunks compressed, the last one so that it can
// grow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "io/append_file.h"
#include "io/chunk_codec.h"
#include "io/hdf5.h"

namespace volley::io {

// The shape of a column: a row is one value, or one sample of every probed neuron.
struct ColumnShape {
  std::size_t value_bytes = 8;
  std::size_t row_values = 1;
  std::size_t chunk_rows = 32768;

  std::size_t row_bytes() const { return value_bytes * row_values; }
  std::size_t chunk_bytes() const { return row_bytes() * chunk_rows; }
};

// The caller keeps the rows of the chunk at hand and passes them from their beginning each time, until the chunk is
// full.
//
// In single-writer mode HDF5 never gives the space of a rewritten chunk back. A chunk that is flushed while it fills is
// therefore rewritten in compressed form only until what this wasted is as much as the chunk uncompressed; then it is
// stored uncompressed once, and each flush appends to it in place. So at most twice the raw size is ever used, and
// compact() (io/compact.h) gets it back at the end.
class ColumnWriter {
 public:
  // `file` and `codec` must outlive the writer. The dataset is one- or two-dimensional, empty, with filters shuffle,
  // deflate.
  ColumnWriter(h5::Handle dataset, const ColumnShape& shape, AppendFile& file, ChunkCodec& codec)
      : dataset_(std::move(dataset)), shape_(shape), file_(&file), codec_(&codec) {}

  // Makes the first `rows` rows of the chunk at hand part of the file; a full chunk ends there and the next begins.
  // REQUIRES: data holds that many rows, the same as before and more.
  absl::Status put(std::span<const std::byte> data, std::size_t rows);

  std::uint64_t rows() const { return first_ + flushed_; }
  // What compact() would get back.
  std::uint64_t wasted_bytes() const { return wasted_ + waste_of_chunk(); }

 private:
  std::uint64_t waste_of_chunk() const { return chunk_waste_ + (in_place_ ? shape_.chunk_bytes() - last_bytes_ : 0); }
  absl::Status extend(std::uint64_t rows);
  absl::Status write_chunk(std::span<const std::byte> bytes, unsigned filter_mask);
  absl::Status store_uncompressed(std::span<const std::byte> data);

  h5::Handle dataset_;
  ColumnShape shape_;
  AppendFile* file_;
  ChunkCodec* codec_;
  PlaneKinds kinds_;
  std::uint64_t first_ = 0;  // row of the chunk at hand
  std::size_t flushed_ = 0;  // rows of it that the file has
  std::uint64_t chunk_waste_ = 0, last_bytes_ = 0;
  std::optional<std::uint64_t> in_place_;  // where the chunk lies uncompressed
  std::uint64_t wasted_ = 0;
};

}  // namespace volley::io
