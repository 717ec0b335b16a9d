// A population of one model, fed with a fixed random train of arrivals and with drives, run slice by slice and window
// by window as a test wishes. What comes out must not depend on how it was cut.
#pragma once

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/model.h"
#include "models/catalog.h"

namespace volley::test {

struct ClockedSetup {
  std::string model;
  std::uint32_t neurons = 1;
  std::map<std::string, std::vector<double>> parameters;  // one value, or one per neuron
  std::map<std::string, std::size_t> options;
  std::vector<double> weights;  // of the synapses on each port; whole numbers stay whole
  std::vector<DriveSpec> drives;
  std::vector<Arrival> arrivals;  // group p ends on port p; `neuron` is the row
};

inline constexpr std::uint32_t kRows = 16;

// The rows of one port into neurons [first, first + count): about half of all pairs, the same pairs however cut.
inline SynapseGroup rows_into(std::uint32_t port, double weight, std::uint32_t first, std::uint32_t count) {
  SynapseGroup group;
  group.port = static_cast<Port>(port);
  group.uniform_weight = weight;
  group.offset.push_back(0);
  for (std::uint32_t row = 0; row < kRows; ++row) {
    for (std::uint32_t i = first; i < first + count; ++i) {
      if (row != 0 && ((row * 2654435761u + i * 40503u + port * 97u) >> 7) % 2 != 0) continue;  // row 0 reaches all
      group.target.push_back(static_cast<std::uint16_t>(i - first));
    }
    group.offset.push_back(static_cast<std::uint32_t>(group.target.size()));
  }
  return group;
}

class ClockedSlice {
 public:
  ClockedSlice(const ClockedSetup& setup, std::uint32_t first, std::uint32_t count) : first_(first), count_(count) {
    const ModelType* const type = catalog_.find(setup.model);
    spec_ = {.name = "pop", .model = setup.model, .size = setup.neurons, .shape = {}, .parameters = {}};
    SliceRequest request{&spec_, PopulationId{0}, first, count, 7, {}, {}};
    for (const ParameterInfo& p : type->info().parameters) {
      const auto given = setup.parameters.find(p.name);
      std::vector<double> values{p.default_value};
      if (given != setup.parameters.end()) {
        values = given->second;
        if (values.size() > 1) values = {values.begin() + first, values.begin() + first + count};
      }
      request.parameters.set(p.name, values);
    }
    for (const OptionInfo& o : type->info().options) {
      const auto given = setup.options.find(o.name);
      request.parameters.set_option(o.name, given == setup.options.end() ? 0 : given->second);
    }
    drives_ = setup.drives;
    for (std::uint32_t d = 0; d < drives_.size(); ++d) {
      const Range& range = drives_[d].range;
      const std::uint32_t end = range.first + range.count.value_or(setup.neurons - range.first);
      const std::uint32_t from = std::clamp(range.first, first, first + count) - first;
      const std::uint32_t to = std::clamp(end, first, first + count) - first;
      if (from < to) request.drives.push_back({&drives_[d], d, from, to, 0});
    }
    for (std::uint32_t p = 0; p < setup.weights.size(); ++p) {
      groups_.push_back(rows_into(p, setup.weights[p], first, count));
    }
    absl::StatusOr<std::unique_ptr<Slice>> made = type->make_slice(request);
    status_ = made.status();
    if (!made.ok()) return;
    slice_ = std::move(*made);
    for (Arrival arrival : setup.arrivals) {
      const SynapseGroup& group = groups_.at(arrival.group);
      arrival.begin = group.offset[arrival.neuron];
      arrival.end = group.offset[arrival.neuron + 1];
      if (arrival.begin < arrival.end) arrivals_.push_back(arrival);
    }
    std::sort(arrivals_.begin(), arrivals_.end());
  }

  const absl::Status& status() const { return status_; }
  Slice& slice() { return *slice_; }

  // One window, from where the last one ended.
  void advance_to(Time end) {
    std::vector<Arrival> due;
    for (; next_ < arrivals_.size() && arrivals_[next_].at < end; ++next_) due.push_back(arrivals_[next_]);
    slice_->advance({now_, end}, due, groups_, fired_);
    now_ = end;
  }
  // Windows of random lengths, some of a single picosecond.
  void advance_in_pieces(Time end, std::uint32_t seed, Duration longest) {
    std::mt19937 random(seed);
    while (now_ < end) {
      const std::int64_t length = random() % 5 == 0 ? 1 : 1 + static_cast<std::int64_t>(random()) % longest.count();
      advance_to(std::min(end, now_ + Duration{length}));
      REQUIRE(slice_->next_event() >= now_);
    }
  }

  // Every variable of every neuron, as bits.
  std::vector<std::vector<std::uint64_t>> state() const {
    std::vector<std::uint32_t> all(count_);
    for (std::uint32_t i = 0; i < count_; ++i) all[i] = i;
    std::vector<std::vector<std::uint64_t>> values(count_);
    const std::size_t variables = catalog_.find(spec_.model)->info().variables.size();
    for (std::uint32_t v = 0; v < variables; ++v) {
      std::vector<double> out(count_);
      slice_->sample(v, now_, all, out);
      for (std::uint32_t i = 0; i < count_; ++i) values[i].push_back(std::bit_cast<std::uint64_t>(out[i]));
    }
    return values;
  }
  double value(std::uint32_t variable, std::uint32_t neuron = 0) const {
    double out = 0;
    slice_->sample(variable, now_, std::span(&neuron, 1), std::span(&out, 1));
    return out;
  }
  const std::vector<Spike>& fired() const { return fired_; }

 private:
  ModelCatalog catalog_ = standard_models();
  PopulationSpec spec_;
  std::uint32_t first_, count_;
  std::vector<DriveSpec> drives_;
  std::vector<SynapseGroup> groups_;
  std::vector<Arrival> arrivals_;
  absl::Status status_;
  std::unique_ptr<Slice> slice_;
  std::size_t next_ = 0;
  Time now_ = kStart;
  std::vector<Spike> fired_;
};

inline Arrival arrival_at(Time at, std::uint32_t row, std::uint32_t port) {
  return {at, PopulationId{1}, row, port, 0, 0};
}

// `count` arrivals before `end` at random picoseconds, some of them exactly on ticks of dt.
inline std::vector<Arrival> random_arrivals(std::uint32_t seed, std::size_t count, Time end, Duration dt,
                                            std::uint32_t ports) {
  std::mt19937_64 random(seed);
  std::vector<Arrival> arrivals;
  const std::int64_t span = (end - kStart).count();
  for (std::size_t a = 0; a < count; ++a) {
    std::int64_t at = 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(span - 1));
    if (random() % 3 == 0) at = std::max<std::int64_t>(at / dt.count(), 1) * dt.count();
    arrivals.push_back(arrival_at(Time{Duration{at}}, static_cast<std::uint32_t>(random() % kRows),
                                  static_cast<std::uint32_t>(random() % ports)));
  }
  return arrivals;
}

}  // namespace volley::test
