"""Brette et al. 2007, benchmark 4: the same network with voltage-jump synapses. Usage: jump.py SECONDS [BUILD_FOLDER]"""

from brian2 import NeuronGroup, SpikeMonitor, Synapses, ms, mV

import peer

peer.start()
neurons = NeuronGroup(4000, "dv/dt = -(v + 49*mV) / (20*ms) : volt (unless refractory)", threshold="v > -50*mV",
                      reset="v = -60*mV", refractory=5 * ms, method="exact")
neurons.v = "-60*mV + rand() * 10*mV"
exc = Synapses(neurons[:3200], neurons, on_pre="v_post += 0.25*mV", delay=0.1 * ms)
inh = Synapses(neurons[3200:], neurons, on_pre="v_post -= 2.25*mV", delay=0.1 * ms)
exc.connect(p=0.02)
inh.connect(p=0.02)
monitor = SpikeMonitor(neurons, record=False)
peer.finish(peer.seconds(), monitor, neurons, exc, inh)
