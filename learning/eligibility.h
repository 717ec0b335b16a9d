// A synapse's eligibility: a sum of past changes that decays, waiting for a modulator (Izhikevich 2007, Cereb. Cortex
// 17, 2443; Fremaux & Gerstner 2016, Front. Neural Circuits 9, 85).
//
// It is kept as its value at the beginning of a block of 64 half-lives, as two floats. Moving on to another block is a
// power of two, hence exact, so it does not matter how often it is moved.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/elementary.h"
#include "learning/split_float.h"
#include "learning/trace.h"

namespace volley {

class Eligibility {
 public:
  static std::int64_t block_of(const Stamp& s) { return s.whole & ~std::int64_t{63}; }

  Eligibility(SplitFloat at_block, std::int64_t block) : value_(at_block), block_(block) {}

  // REQUIRES: stamps ascend.
  void add(const Stamp& s, double change) {
    move_to(block_of(s));
    value_ = SplitFloat(value_.joined() + change * s.rise * power_of_two(s.whole - block_));
  }
  double at(const Stamp& s) const { return fallen(value_.joined() * s.fall, s.whole - block_); }
  SplitFloat in_block(std::int64_t block) {
    move_to(block);
    return value_;
  }

 private:
  void move_to(std::int64_t block) {
    if (block == block_) return;
    const double moved = fallen(value_.joined(), block - block_);
    value_ = SplitFloat(std::fabs(moved) < 0x1p-100 ? 0.0 : moved);
    block_ = block;
  }

  SplitFloat value_;
  std::int64_t block_;
};

}  // namespace volley
