// Leaky integrate-and-fire neuron with delta synapses and a threshold that adapts (intrinsic homeostasis):
//
//   tau_m dV/dt = -(V - v_rest),  tau_theta dtheta/dt = -theta,  an arrival of w mV: V += w
//   V > v_threshold + theta: spike, V := v_reset, theta += theta_plus, and what arrives in t_ref is lost
//
// P. U. Diehl & M. Cook, "Unsupervised learning of digit recognition using spike-timing-dependent plasticity", Front.
// Comput. Neurosci. 9:99 (2015), section 2.1. With tau_theta >= tau_m and v_rest <= v_threshold the potential cannot
// meet the sinking threshold between arrivals, so that the comparison at an arrival is exact: where V - v_rest = a <= b
// + c, b = v_threshold - v_rest >= 0 and c = theta, a exp(-t/tau_m) <= b + c exp(-t/tau_theta) for every t.
#pragma once

#include <memory>

#include "engine/model.h"

namespace volley {

std::unique_ptr<ModelType> make_lif_adaptive();

}  // namespace volley
