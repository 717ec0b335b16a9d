#include "models/injected_currents.h"

#include <algorithm>

namespace volley {

InjectedCurrents::InjectedCurrents(const SliceRequest& request) : seed_(request.seed), first_(request.first) {
  for (const SliceDrive& drive : request.drives) {
    if (const auto* current = std::get_if<CurrentDrive>(&drive.spec->kind)) {
      Piecewise piecewise{drive.begin, drive.end, current->amplitude, 0, kNever, 0};
      piecewise.at = time_of(piecewise);
      piecewise_.push_back(piecewise);
    } else if (const auto* noise = std::get_if<NoiseDrive>(&drive.spec->kind)) {
      noise_.push_back(
          {drive.begin, drive.end, *noise, drive.id, kStart, std::vector<double>(drive.end - drive.begin)});
    }
  }
  find_next();
}

Time InjectedCurrents::time_of(const Piecewise& drive) {
  return drive.next == drive.steps.size() ? kNever : std::max(kStart, drive.steps[drive.next].since);
}

void InjectedCurrents::take_step(Piecewise& drive, Time now) {
  while (drive.next < drive.steps.size() && drive.steps[drive.next].since <= now) {
    drive.value = drive.steps[drive.next++].value;
  }
  drive.at = time_of(drive);
}

void InjectedCurrents::draw(Noise& drive, Time now) const {
  const auto interval = static_cast<std::uint64_t>(now.time_since_epoch() / drive.spec.interval);
  for (std::uint32_t n = drive.begin; n < drive.end; ++n) {
    RandomStream random({seed_, Purpose::kNoise, drive.id}, first_ + n, interval);
    drive.value[n - drive.begin] = drive.spec.mean + drive.spec.sd * random.next_normal();
  }
  drive.at = now + drive.spec.interval;
}

void InjectedCurrents::find_next() {
  next_ = kNever;
  for (const Piecewise& drive : piecewise_) next_ = std::min(next_, drive.at);
  for (const Noise& drive : noise_) next_ = std::min(next_, drive.at);
}

double InjectedCurrents::total(std::uint32_t neuron) const {
  double sum = 0;
  for (const Piecewise& drive : piecewise_) {
    if (neuron >= drive.begin && neuron < drive.end) sum += drive.value;
  }
  for (const Noise& drive : noise_) {
    if (neuron >= drive.begin && neuron < drive.end) sum += drive.value[neuron - drive.begin];
  }
  return sum;
}

}  // namespace volley
