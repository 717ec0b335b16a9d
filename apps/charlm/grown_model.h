// A grown network with its trained readout: saved, loaded, and asked character by character.
//
// File (model_file.h): "charlm grown 1", the alphabet and the number of neurons; data: a parent (4 bytes), a symbol, a
// depth and a stack (1 byte each) for every neuron, then the readout's rows, single precision.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "apps/charlm/conjunctions.h"
#include "apps/charlm/predictor.h"
#include "apps/charlm/sparse_readout.h"

namespace volley::charlm {

inline constexpr std::string_view kGrownMagic = "charlm grown 1\n";

struct GrownModel {
  std::string alphabet;
  Conjunctions network;
  SparseReadout readout;  // rows: the conjunctions, the characters (contexts of one), the bias
  std::string origin{};   // what it was trained on and how, for whoever reads the file

  std::size_t rows() const { return network.neurons().size() + alphabet.size() + 1; }
  // What the readout reads when `symbol` came and these conjunctions fired with it.
  void rows_of(std::span<const std::uint32_t> fired, Symbol symbol, std::vector<std::uint32_t>& rows) const;
};

std::string file_bytes(const GrownModel& model);
// DataLoss, with `origin`, for anything that is not such a file as a whole.
absl::StatusOr<GrownModel> grown_model_from(std::string_view bytes, const std::string& origin);
absl::StatusOr<std::unique_ptr<Predictor>> make_predictor(GrownModel model);

}  // namespace volley::charlm
