// The Poisson drives of one slice, event by event in time order.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/model.h"
#include "engine/poisson_stream.h"

namespace volley {

class PoissonInputs {
 public:
  struct Event {
    Time at;
    std::uint32_t neuron;  // slice-local
    Port port;
    double weight;
  };

  // Takes the Poisson drives out of `request`.
  explicit PoissonInputs(const SliceRequest& request) {
    for (const SliceDrive& drive : request.drives) {
      const auto* poisson = std::get_if<PoissonDrive>(&drive.spec->kind);
      if (poisson == nullptr || drive.begin == drive.end) continue;
      const Range range = drive.spec->range;
      const std::uint32_t offset = request.first + drive.begin - range.first;
      inputs_.push_back({PoissonStream({request.seed, Purpose::kPoissonDrive, drive.id},
                                       range.count.value_or(request.spec->size - range.first), offset,
                                       offset + (drive.end - drive.begin), poisson->rate_hz),
                         drive.begin, drive.port, poisson->weight});
    }
    find_next();
  }

  // Of the next event; kNever when there is none.
  Time next_time() const { return next_; }

  // The next event; drives at the same instant in the order of their declaration. REQUIRES: next_time() != kNever.
  Event pop() {
    Input& input = inputs_[head_];
    const PoissonStream::Event event = input.stream.pop();
    find_next();
    return {event.at, input.begin + event.neuron, input.port, input.weight};
  }

 private:
  struct Input {
    PoissonStream stream;
    std::uint32_t begin;
    Port port;
    double weight;
  };

  void find_next() {
    next_ = kNever;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i].stream.next_time() < next_) {
        next_ = inputs_[i].stream.next_time();
        head_ = i;
      }
    }
  }

  std::vector<Input> inputs_;
  std::size_t head_ = 0;
  Time next_ = kNever;
};

}  // namespace volley
