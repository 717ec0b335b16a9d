// The neurons of one population on their way to the chip: what they are in real numbers, and the fields they become.
// The mapping is derived in hardware/quantise.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/model.h"
#include "engine/network.h"
#include "hardware/quantise.h"
#include "hardware/synapse_survey.h"

namespace volley::hardware {

enum class NeuronKind { kLeakyDelta, kDelta, kExponential };

struct ExactNeuron {
  double tau_m = 0, tau_syn = 0;  // ms; 0: there is none
  double resistance = 1;          // mV per unit of a constant current
  double v_reset = 0;
  double threshold = 0, drive = 0, initial = 0;  // mV above v_reset; drive: v_inf, or mV per step without leak
  double t_ref = 0;                              // ms
  double dv = 0, du = 4095, refractory = 1;      // the chip's fields
  double response = 1;                           // mV that one unit of weight adds to v in the first step
};

class ExactPopulation {
 public:
  // Adds what the chip lacks to `problems`. `network`: without problems of its own.
  ExactPopulation(const Network& network, PopulationId id, const ModelInfo& model, const QuantiseOptions& options,
                  std::vector<std::string>& problems);

  NeuronKind kind() const { return kind_; }
  const std::string& name() const { return name_; }
  const std::vector<ExactNeuron>& neurons() const { return neurons_; }
  // May cross the threshold between arrivals.
  bool fires_by_itself() const;
  // Turns refractory periods into steps; `on_steps`: all input lies on the chip's steps (step_grid.h). Call once.
  void count_refractory(bool on_steps, std::vector<std::string>& problems);
  std::vector<InputSum>& sums() { return sums_; }  // of projections and drives, to be filled in before gain_bound()

  // What a Poisson event adds relative to an arrival on the step: below 1 for a membrane that leaks within the step.
  double poisson_factor() const;
  // The largest gain, in chip units per unit of weight, at which no register overflows.
  double gain_bound() const;
  // Relative squared error of thresholds and biases at a gain, of the first neuron.
  double field_error(double gain) const;

  // Adds a problem where a threshold would round to 0 at a gain, so that any input would fire the neuron.
  void check_thresholds(double gain, std::vector<std::string>& problems) const;

  double scale_of(const ExactNeuron& neuron, double gain) const { return gain / neuron.response; }
  // The population as loihi_cuba at a gain; adds its roundings.
  PopulationSpec quantised(const PopulationSpec& exact, double gain, std::vector<Rounding>& roundings) const;
  QuantisedPopulation scale(double gain) const;

 private:
  void read(const ResolvedParameters& parameters, std::uint32_t ports_used, std::vector<std::string>& problems);
  void add_currents(const Network& network, std::vector<std::string>& problems);
  void set_fields(std::vector<std::string>& problems);
  double bias(const ExactNeuron& neuron, double gain) const;
  int bias_exponent(double gain) const;

  std::string name_;
  NeuronKind kind_ = NeuronKind::kDelta;
  Duration step_;
  double step_ms_;
  bool on_steps_ = false;
  std::vector<ExactNeuron> neurons_;
  std::vector<InputSum> sums_;
};

}  // namespace volley::hardware
