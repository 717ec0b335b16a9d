#include "io/column_writer.h"

#include <algorithm>
#include <vector>

namespace volley::io {
namespace {

constexpr unsigned kNoFilters = 3;  // shuffle and deflate left out

}  // namespace

absl::Status ColumnWriter::extend(std::uint64_t rows) {
  const hsize_t extent[2] = {rows, shape_.row_values};
  if (H5Dset_extent(dataset_.get(), extent) < 0) return h5::failure(dataset_.get(), "cannot grow");
  return absl::OkStatus();
}

absl::Status ColumnWriter::write_chunk(std::span<const std::byte> bytes, unsigned filter_mask) {
  const hsize_t at[2] = {first_, 0};
  if (H5Dwrite_chunk(dataset_.get(), H5P_DEFAULT, filter_mask, at, bytes.size(), bytes.data()) < 0) {
    return h5::failure(dataset_.get(), "a chunk cannot be written");
  }
  return absl::OkStatus();
}

absl::Status ColumnWriter::store_uncompressed(std::span<const std::byte> data) {
  std::vector<std::byte> chunk(shape_.chunk_bytes());
  std::copy(data.begin(), data.end(), chunk.begin());
  if (absl::Status status = write_chunk(chunk, kNoFilters); !status.ok()) return status;
  const hsize_t at[2] = {first_, 0};
  unsigned mask = 0;
  haddr_t address = HADDR_UNDEF;
  hsize_t size = 0;
  if (H5Dget_chunk_info_by_coord(dataset_.get(), at, &mask, &address, &size) < 0 || address == HADDR_UNDEF) {
    return h5::failure(dataset_.get(), "a chunk cannot be found again");
  }
  in_place_ = address;
  return absl::OkStatus();
}

absl::Status ColumnWriter::put(std::span<const std::byte> data, std::size_t rows) {
  if (rows == flushed_) return absl::OkStatus();
  const std::span<const std::byte> all = data.first(rows * shape_.row_bytes());
  if (in_place_) {  // the new rows first, then the extent that makes them visible
    const std::size_t done = flushed_ * shape_.row_bytes();
    file_->write(*in_place_ + done, all.subspan(done));
    if (absl::Status status = extend(first_ + rows); !status.ok()) return status;
  } else {
    if (absl::Status status = extend(first_ + rows); !status.ok()) return status;
    const EncodedChunk chunk = codec_->encode(all, shape_.chunk_bytes(), shape_.value_bytes, &kinds_);
    chunk_waste_ += last_bytes_;
    const bool full = rows == shape_.chunk_rows;
    const bool raw = !full && chunk_waste_ + chunk.bytes.size() > shape_.chunk_bytes();
    absl::Status status = raw ? store_uncompressed(all) : write_chunk(chunk.bytes, chunk.filter_mask);
    if (!status.ok()) return status;
    last_bytes_ = chunk.bytes.size();
  }
  flushed_ = rows;
  if (rows < shape_.chunk_rows) return absl::OkStatus();
  wasted_ += waste_of_chunk();
  first_ += rows;
  flushed_ = 0;
  chunk_waste_ = last_bytes_ = 0;
  in_place_.reset();
  return absl::OkStatus();
}

}  // namespace volley::io
