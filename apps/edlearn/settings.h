// Everything that a training run can be asked for; command_line.cpp fills it in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/images/images.h"
#include "learning/error_diffusion.h"

namespace volley::edlearn {

enum class Form { kSource, kRate, kSpiking };
enum class Activation { kSigmoid, kFrelu };
enum class Readout { kSigmoid, kSpikes };   // of the spiking form: the output neurons' answer
enum class LearnFrom { kPixels, kCounts };  // of the spiking form: a source's activity at the input

using images::kClasses;

// A leaky integrate-and-fire neuron in mV, ms and MOhm.
struct LifSettings {
  double v_rest = -65, v_threshold = -60, v_reset = -65, tau_m = 20, tau_ref = 2, r_m = 10;
  friend bool operator==(const LifSettings&, const LifSettings&) = default;
};

struct Settings {
  Form form = Form::kSpiking;
  bool fashion = false;
  std::string data = "data";

  std::uint32_t train = 512, test = 512, epochs = 10;
  bool fixed_images = false;   // the same training images in every epoch: the first,
  bool drawn_once = false;     // or some that are drawn once
  std::uint32_t held_out = 0;  // test on this many of the last training images instead of the test set
  std::vector<std::uint32_t> hidden{128};
  std::uint64_t seed = 1;

  // The rule.
  double lr = 0.1;
  double lr_decay = 0;  // alpha = lr / (1 + lr_decay * images seen)
  double ami = 0;       // output of two bias neurons beside the pixels
  double dif = 0.5;     // u1
  learning::Diffusion diffusion = learning::Diffusion::kByDepth;
  double sig = 1.2;  // u0
  double w1 = 0.3, w2 = 0.5;
  double dead_zone = 0;
  double slope_floor = 0;
  Activation activation = Activation::kSigmoid;
  double frelu_offset = 0.05;

  // Spikes.
  double spike_max_rate = 150, spike_sim_time = 50, spike_dt = 1;  // Hz, ms, ms
  LifSettings lif;
  std::vector<double> gain;  // mV per unit of weight and spike, by hidden layer (and output, if that spikes)
  double bias = 0;           // constant current in nA: r_m * bias mV
  Readout readout = Readout::kSigmoid;
  double target_rate = 0.4;  // of the highest possible: a spiking output's count that means 1
  LearnFrom learn_from = LearnFrom::kCounts;

  // Files.
  std::string save, load, checkpoint, save_fig;
  bool viz = false;
  std::string export_network;  // folder
  std::uint32_t export_images = 20;
  std::string chip;  // "loihi", or empty
  bool baselines = false;
  bool verbose = false, quiet = false;
};

}  // namespace volley::edlearn
