// One column of numbers from a CSV file with a header line, e.g. one parameter value per neuron.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace volley::io {

// The numbers below the header `column`, in the order of the rows, of which there must be `rows`. Fields are separated
// by commas; lines that begin with '#' and empty lines are skipped; every row must have as many fields as the header.
// Errors name path:line:column (in bytes).
absl::StatusOr<std::vector<double>> read_csv_column(const std::string& path, const std::string& column,
                                                    std::size_t rows);

// The same for bytes in memory; `path` is for messages.
absl::StatusOr<std::vector<double>> decode_csv_column(std::string_view text, const std::string& path,
                                                      const std::string& column, std::size_t rows);

}  // namespace volley::io
