// The texts of the source's experiments. Its repository (github.com/hafufu-stack/snn-language-model, CC BY 4.0) builds
// each from a few lines of sample text repeated; the lines are quoted from there.
#pragma once

#include <string>

namespace volley::charlm {

std::string sparse_text();      // 15 lines, 20 times: the sparse-computation benchmark
std::string robustness_text();  // 8 lines, 40 times: pruning, quantisation, noise
std::string scaling_text();     // 20 lines, 30 times, in one line: sequence lengths
std::string ternary_text();     // 6 lines, 50 times: the ternary reservoir

// Of ../shared/data/text/snnlm_corpus.txt, the text of the headline experiment.
inline constexpr const char* kHeadlineSha256 = "79b44934c1fd9014ae94ecc3bbbf4b9d7e3de844503b3b5467ac9aab8bb4f48b";

}  // namespace volley::charlm
