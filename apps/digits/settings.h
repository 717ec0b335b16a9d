// What a run of `digits` is: how many neurons, how often the images are shown, and the constants of the network.
#pragma once

#include <cstdint>
#include <string>

#include "apps/images/images.h"

namespace volley::digits {

using images::kClasses;

// What a spike adds to a threshold, mV: more neurons share the images, so each fires more rarely, and thresholds of all
// sizes of network rise as far.
constexpr double theta_plus_for(std::uint32_t neurons) { return neurons / 1000.0; }

// Diehl & Cook, Front. Comput. Neurosci. 9:99 (2015), and the program that they published with it: membranes, traces,
// bounds, sums of weights, rates, times. Its synapses are conductances; a delta synapse of weight w lifts the potential
// by w * 65 mV * 1 ms / 100 ms, what a conductance w of 1 ms does to a membrane of 100 ms at rest, 65 mV below its
// reversal potential. A delta synapse does not saturate, and inhibition is direct; so some constants were chosen
// anew, on held-out training images (README.md, "Measured"). Theirs are in brackets.
struct Settings {
  std::uint32_t neurons = 400;
  std::uint32_t passes = 3;
  std::uint32_t train = 60'000, test = 10'000;
  std::uint32_t label = 10'000;  // training images that neurons get their labels from
  std::uint32_t held_out = 0;    // test on this many of the last training images instead of the test set
  std::uint64_t seed = 1;
  unsigned threads = 1;
  std::string data = "data";
  bool fashion = false;
  std::string save, load;  // folders
  std::string checkpoint;  // file
  bool quiet = false;

  double present_ms = 350;
  double rest_ms = 850;          // 8.5 membrane time constants, so that no image sees what the last one left (150)
  double rate_hz = 63.75;        // of a white pixel
  double more_hz = 31.875;       // added for every time an image left the network with too few spikes
  std::uint32_t fewest = 5;      // spikes that an image must bring
  std::uint32_t most_tries = 8;  // then it is let go
  double theta_plus_mv = theta_plus_for(400);  // (0.05)
  double tau_theta_ms = 1e7;
  double inhibition_mv = 100;  // (17 nS of 2 ms, 40 mV above its reversal potential: 13.6)
  double norm = 78;            // sum of a neuron's weights
  double rate_post = 0.03;     // (0.01)
  double rate_pre = 0;         // (0.0001)
  double last_rate = 0.05;     // part of rate_post that is left at the end of all passes; it falls evenly (1)
};

inline constexpr double kLift = 0.65;  // mV per unit of weight

}  // namespace volley::digits
