#include "io/tables.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "io/byte_pack.h"
#include "io/compact.h"
#include "io/hdf5_read.h"
#include "io/hdf5_write.h"
#include "io/isolated.h"

namespace volley::io {
namespace {

constexpr hsize_t kMostChunkRows = 1 << 16;

absl::Status unequal(const std::string& table, const Column& a, const Column& b) {
  return absl::InvalidArgumentError(absl::StrCat(table, ": column ", a.name, " has ", a.rows(), " rows, column ",
                                                 b.name, " has ", b.rows(), "; they must be equally long"));
}

absl::Status check_lengths(const std::string& path, const Table& table) {
  for (const Column& column : table.columns) {
    if (column.rows() != table.columns.front().rows()) return unequal(path, table.columns.front(), column);
  }
  return absl::OkStatus();
}

// --- writing ------------------------------------------------------------------------------------------------------

void write_column(h5::Writer& writer, const std::string& path, const Column& column) {
  std::visit(
      [&](const auto& values) {
        using T = typename std::decay_t<decltype(values)>::value_type;
        if constexpr (std::is_same_v<T, std::string>) {
          writer.texts(path, values);
        } else {
          const hsize_t rows = values.size();
          const h5::Handle made =
              writer.column(path, h5::native_type<T>(), {std::clamp<hsize_t>(rows, 1, kMostChunkRows)});
          if (made && rows > 0 &&
              (H5Dset_extent(made.get(), &rows) < 0 ||
               H5Dwrite(made.get(), h5::native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)) {
            writer.fail(path, "the column cannot be written");
          }
        }
      },
      column.values);
  if (!column.unit.empty()) writer.text_attribute(path, "units", column.unit);
}

absl::Status write_tables(hid_t file, const std::string& group, const std::vector<Table>& tables) {
  h5::Writer writer(file);
  writer.group("/" + group);
  for (const Table& table : tables) {
    const std::string path = absl::StrCat("/", group, "/", table.name);
    writer.group(path);
    for (const TableAttribute& attribute : table.attributes) {
      std::visit(
          [&](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
              writer.text_attribute(path, attribute.name, value);
            } else {
              writer.number_attribute(path, attribute.name, value);
            }
          },
          attribute.value);
    }
    for (const Column& column : table.columns) write_column(writer, absl::StrCat(path, "/", column.name), column);
  }
  return writer.status();
}

// --- reading ------------------------------------------------------------------------------------------------------

enum class Kind : std::uint8_t { kUnsigned, kSigned, kReal, kText, kOther };

Kind kind_of(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return H5Tget_sign(type) == H5T_SGN_NONE ? Kind::kUnsigned : Kind::kSigned;
    case H5T_FLOAT:
      return Kind::kReal;
    case H5T_STRING:
      return Kind::kText;
    default:
      return Kind::kOther;
  }
}

template <class T>
absl::Status take(absl::StatusOr<h5::Array<T>> read, Column& column) {
  if (!read.ok()) return read.status();
  column.values = std::move(read->values);
  return absl::OkStatus();
}

absl::Status read_column(hid_t file, const std::string& path, Column& column) {
  const absl::StatusOr<h5::Handle> dataset = h5::open_dataset(file, path);
  if (!dataset.ok()) return dataset.status();
  column.unit = h5::string_attribute(dataset->get(), "units").value_or("");
  const absl::StatusOr<std::vector<hsize_t>> shape = h5::shape_of(dataset->get());
  if (!shape.ok()) return shape.status();
  if (shape->size() != 1) return h5::failure(dataset->get(), "is no column: it must have one dimension");
  const h5::Handle type(H5Dget_type(dataset->get()), H5Tclose);
  switch (kind_of(type.get())) {
    case Kind::kUnsigned:
      return take(h5::read<std::uint64_t>(file, path), column);
    case Kind::kSigned:
      return take(h5::read<std::int64_t>(file, path), column);
    case Kind::kReal:
      return take(h5::read<double>(file, path), column);
    case Kind::kText:
      return take(h5::read_strings(file, path), column);
    default:
      return h5::failure(dataset->get(), "is neither numbers nor words");
  }
}

template <class T>
absl::Status take(std::optional<T> read, hid_t group, TableAttribute& attribute) {
  if (!read) return h5::failure(group, absl::StrCat("attribute ", attribute.name, ": unreadable"));
  attribute.value = *std::move(read);
  return absl::OkStatus();
}

absl::Status read_attribute(hid_t group, TableAttribute& attribute) {
  const h5::Handle opened(H5Aopen(group, attribute.name.c_str(), H5P_DEFAULT), H5Aclose);
  const h5::Handle type(opened ? H5Aget_type(opened.get()) : -1, H5Tclose);
  switch (type ? kind_of(type.get()) : Kind::kOther) {
    case Kind::kUnsigned:
      return take(h5::integer_attribute(group, attribute.name), group, attribute);
    case Kind::kSigned:
      return take(h5::signed_attribute(group, attribute.name), group, attribute);
    case Kind::kReal:
      return take(h5::number_attribute(group, attribute.name), group, attribute);
    case Kind::kText:
      return take(h5::string_attribute(group, attribute.name), group, attribute);
    default:
      return h5::failure(group, absl::StrCat("attribute ", attribute.name, ": neither a number nor words"));
  }
}

absl::Status read_attributes(hid_t group, Table& table) {
  const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
    static_cast<Table*>(out)->attributes.push_back({name, {}});
    return 0;
  };
  if (H5Aiterate2(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &table) < 0) {
    return h5::failure(group, "unreadable attributes");
  }
  for (TableAttribute& attribute : table.attributes) {
    if (absl::Status status = read_attribute(group, attribute); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status read_table(hid_t file, const std::string& path, Table& table) {
  const absl::StatusOr<h5::Handle> group = h5::open_group(file, path);
  if (!group.ok()) return group.status();
  if (absl::Status status = read_attributes(group->get(), table); !status.ok()) return status;
  const absl::StatusOr<std::vector<std::string>> columns = h5::children(file, path);
  if (!columns.ok()) return columns.status();
  for (const std::string& name : *columns) {
    table.columns.push_back({name, {}, {}});
    if (absl::Status status = read_column(file, absl::StrCat(path, "/", name), table.columns.back()); !status.ok()) {
      return status;
    }
  }
  return check_lengths(h5::name_of(group->get()), table);
}

absl::StatusOr<std::vector<Table>> read_here(const std::string& path, const std::string& group) {
  const h5::Quiet quiet;
  std::vector<Table> tables;
  const absl::StatusOr<h5::Handle> file = h5::open_file(path);
  if (!file.ok()) return file.status();
  if (!h5::has(file->get(), "/" + group)) return tables;
  const absl::StatusOr<std::vector<std::string>> names = h5::children(file->get(), "/" + group);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    tables.push_back({name, {}, {}});
    const std::string at = absl::StrCat("/", group, "/", name);
    if (absl::Status status = read_table(file->get(), at, tables.back()); !status.ok()) return status;
  }
  return tables;
}

// --- between the processes ----------------------------------------------------------------------------------------

template <class Variant>
void pack(BytePacker& out, const Variant& variant) {
  out.put(static_cast<std::uint8_t>(variant.index()));
  std::visit([&](const auto& value) { out.put(value); }, variant);
}

template <class Variant, std::size_t I = 0>
bool unpack(ByteUnpacker& in, std::uint8_t index, Variant& variant) {
  if constexpr (I == std::variant_size_v<Variant>) {
    return false;
  } else {
    if (index != I) return unpack<Variant, I + 1>(in, index, variant);
    in.get(variant.template emplace<I>());
    return true;
  }
}

template <class Variant>
bool unpack(ByteUnpacker& in, Variant& variant) {
  std::uint8_t index = 0;
  in.get(index);
  return unpack<Variant>(in, index, variant);
}

std::string packed(const std::vector<Table>& tables) {
  BytePacker out;
  out.put(static_cast<std::uint64_t>(tables.size()));
  for (const Table& table : tables) {
    out.put(table.name);
    out.put(static_cast<std::uint64_t>(table.attributes.size()));
    for (const TableAttribute& attribute : table.attributes) {
      out.put(attribute.name);
      pack(out, attribute.value);
    }
    out.put(static_cast<std::uint64_t>(table.columns.size()));
    for (const Column& column : table.columns) {
      out.put(column.name);
      out.put(column.unit);
      pack(out, column.values);
    }
  }
  return out.take();
}

bool unpacked(const std::string& bytes, std::vector<Table>& tables) {
  ByteUnpacker in(bytes);
  bool whole = true;
  tables.resize(in.count(24));
  for (Table& table : tables) {
    in.get(table.name);
    table.attributes.resize(in.count(17));
    for (TableAttribute& attribute : table.attributes) {
      in.get(attribute.name);
      whole = unpack(in, attribute.value) && whole;
    }
    table.columns.resize(in.count(25));
    for (Column& column : table.columns) {
      in.get(column.name);
      in.get(column.unit);
      whole = unpack(in, column.values) && whole;
    }
  }
  return whole && in.ok();
}

}  // namespace

std::size_t Column::rows() const {
  return std::visit([](const auto& rows_of) { return rows_of.size(); }, values);
}

absl::Status append_tables(const std::string& path, const std::string& group, const std::vector<Table>& tables) {
  for (const Table& table : tables) {
    if (absl::Status status = check_lengths(absl::StrCat("table ", table.name), table); !status.ok()) return status;
  }
  return rewrite(path, [&](hid_t file) -> absl::Status {
    if (h5::has(file, "/" + group)) {
      return absl::AlreadyExistsError(absl::StrCat(path, ":/", group, ": is there already; nothing was written"));
    }
    return write_tables(file, group, tables);
  });
}

absl::StatusOr<std::vector<Table>> read_tables(const std::string& path, const std::string& group) {
  const absl::StatusOr<std::string> bytes = run_isolated(path, [&]() -> absl::StatusOr<std::string> {
    const absl::StatusOr<std::vector<Table>> tables = read_here(path, group);
    if (!tables.ok()) return tables.status();
    return packed(*tables);
  });
  if (!bytes.ok()) return bytes.status();
  std::vector<Table> tables;
  if (!unpacked(*bytes, tables)) return absl::DataLossError(path + ": the reader's answer is garbled");
  return tables;
}

}  // namespace volley::io
