// Currents that a slice's drives inject into its neurons: piecewise constant ones, and normal ones drawn anew at every
// multiple of an interval. Every value is a function of (seed, drive, neuron, time) alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/model.h"
#include "engine/random.h"

namespace volley {

// Not thread safe. The request's network must outlive it.
class InjectedCurrents {
 public:
  // Takes the current and noise drives out of `request`.
  explicit InjectedCurrents(const SliceRequest& request);

  // When some value changes next; kNever if none ever will.
  Time next_time() const { return next_; }

  // Applies every change that is due at `now` = next_time(), then calls changed(neuron) for each slice-local neuron
  // that is concerned, ascending within a drive. Whoever has several drives may be called once for each.
  template <class Changed>
  void apply(Time now, const Changed& changed) {
    for (Piecewise& drive : piecewise_) {
      if (drive.at > now) continue;
      take_step(drive, now);
      for (std::uint32_t n = drive.begin; n < drive.end; ++n) changed(n);
    }
    for (Noise& drive : noise_) {
      if (drive.at > now) continue;
      draw(drive, now);
      for (std::uint32_t n = drive.begin; n < drive.end; ++n) changed(n);
    }
    find_next();
  }

  // Sum of all drives into one neuron, in the model's current unit.
  double total(std::uint32_t neuron) const;

 private:
  struct Piecewise {
    std::uint32_t begin, end;
    std::span<const Step> steps;
    std::size_t next = 0;
    Time at;
    double value = 0;
  };
  struct Noise {
    std::uint32_t begin, end;
    NoiseDrive spec;
    std::uint32_t id;
    Time at;
    std::vector<double> value;
  };
  static Time time_of(const Piecewise& drive);
  static void take_step(Piecewise& drive, Time now);
  void draw(Noise& drive, Time now) const;
  void find_next();

  std::uint64_t seed_;
  std::uint32_t first_;  // population index of neuron 0
  std::vector<Piecewise> piecewise_;
  std::vector<Noise> noise_;
  Time next_ = kNever;
};

}  // namespace volley
