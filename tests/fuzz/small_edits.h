// A mutator for formats whose reader runs in a child process, where libFuzzer cannot see what a change reached. Include
// it in exactly one file of a fuzzer.
#pragma once

#include "tests/fuzz/edits.h"

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t, unsigned seed) {
  return volley::test::edit(data, size, seed);
}
