#include "models/clocked_drives.h"

#include <algorithm>
#include <variant>

namespace volley {

ClockedDrives::ClockedDrives(const SliceRequest& request, Duration dt)
    : dt_(dt), first_(request.first), count_(request.count) {
  for (const SliceDrive& drive : request.drives) {
    if (drive.begin >= drive.end) continue;
    if (const auto* current = std::get_if<CurrentDrive>(&drive.spec->kind)) {
      currents_.push_back({drive.begin, drive.end, false, stepped_.size()});
      stepped_.push_back({current->amplitude});
    } else if (const auto* noise = std::get_if<NoiseDrive>(&drive.spec->kind)) {
      currents_.push_back({drive.begin, drive.end, true, noise_.size()});
      noise_.push_back(
          {*noise, {request.seed, Purpose::kNoise, drive.id}, -1, std::vector<double>(drive.end - drive.begin)});
    } else {
      add_poisson(drive, std::get<PoissonDrive>(drive.spec->kind), request);
    }
  }
  per_neuron_ = !noise_.empty() || std::any_of(currents_.begin(), currents_.end(),
                                               [&](const Current& c) { return c.begin != 0 || c.end != count_; });
  if (per_neuron_) each_.assign(count_, 0.0);
  find_next_event();
}

void ClockedDrives::add_poisson(const SliceDrive& drive, const PoissonDrive& kind, const SliceRequest& request) {
  const Range& range = drive.spec->range;
  const std::uint32_t range_size = range.count.value_or(request.spec->size - range.first);
  const std::uint32_t begin = request.first + drive.begin - range.first;  // within the range
  const std::uint32_t end = request.first + drive.end - range.first;
  Poisson poisson{drive.port, kind.weight, drive.begin, drive.end, {}};
  for (std::uint32_t block = begin / kPoissonBlock; block <= (end - 1) / kPoissonBlock; ++block) {
    const std::int64_t first = std::int64_t{drive.begin} + std::int64_t{block} * kPoissonBlock - begin;
    poisson.blocks.push_back(
        {PoissonBlock({request.seed, Purpose::kPoissonDrive, drive.id}, block, range_size, kind.rate_hz), first});
  }
  poisson_.push_back(std::move(poisson));
}

void ClockedDrives::set_tick(std::int64_t k) {
  if (currents_.empty()) return;
  const Time valid_at = kStart + (k - 1) * dt_;
  const bool stepped = advance_steps(valid_at);
  const bool redrawn = redraw_noise(valid_at);
  if (stepped || redrawn) sum_currents();
}

bool ClockedDrives::advance_steps(Time at) {
  bool changed = false;
  for (Stepped& drive : stepped_) {
    while (drive.next < drive.steps.size() && drive.steps[drive.next].since <= at) {
      drive.value = drive.steps[drive.next++].value;
      changed = true;
    }
  }
  return changed;
}

bool ClockedDrives::redraw_noise(Time at) {
  bool changed = false;
  for (const Current& current : currents_) {
    if (!current.is_noise) continue;
    Noise& noise = noise_[current.index];
    const std::int64_t number = at.time_since_epoch() / noise.drive.interval;
    if (number == noise.interval_number) continue;
    noise.interval_number = number;
    changed = true;
    for (std::uint32_t i = current.begin; i < current.end; ++i) {
      RandomStream stream(noise.key, first_ + i, static_cast<std::uint64_t>(number));
      noise.value[i - current.begin] = noise.drive.mean + noise.drive.sd * stream.next_normal();
    }
  }
  return changed;
}

// Drive by drive in both branches, so that a neuron's sum has the same bits whether its slice shares one current or
// not.
void ClockedDrives::sum_currents() {
  if (!per_neuron_) {
    shared_ = 0;
    for (const Current& current : currents_) shared_ += stepped_[current.index].value;
    return;
  }
  std::fill(each_.begin(), each_.end(), 0.0);
  for (const Current& current : currents_) {
    if (current.is_noise) {
      const std::vector<double>& value = noise_[current.index].value;
      for (std::uint32_t i = current.begin; i < current.end; ++i) each_[i] += value[i - current.begin];
    } else {
      const double value = stepped_[current.index].value;
      for (std::uint32_t i = current.begin; i < current.end; ++i) each_[i] += value;
    }
  }
}

void ClockedDrives::find_next_event() {
  next_event_ = kNever;
  for (const Poisson& drive : poisson_) {
    for (const Poisson::Block& block : drive.blocks) next_event_ = std::min(next_event_, block.events.next_time());
  }
}

std::int64_t ClockedDrives::next_tick(std::int64_t k) const {
  if (noisy()) return k + 1;
  std::int64_t next = tick_at_or_after(next_event_, dt_);
  for (const Stepped& drive : stepped_) {
    if (drive.next == drive.steps.size()) continue;
    // Valid from t on means seen by the tick after the first one at or after t.
    const std::int64_t ps = std::max<std::int64_t>(drive.steps[drive.next].since.time_since_epoch().count(), 0);
    next = std::min(next, (ps + dt_.count() - 1) / dt_.count() + 1);
  }
  return std::max(next, k + 1);
}

}  // namespace volley
