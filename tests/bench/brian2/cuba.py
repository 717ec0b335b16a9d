"""Vogels-Abbott CUBA (Brette et al. 2007, benchmark 2): exponential currents. Usage: cuba.py SECONDS [BUILD_FOLDER]"""

from brian2 import NeuronGroup, SpikeMonitor, Synapses, ms, mV

import peer

peer.start()
equations = """
dv/dt = (ge + gi - (v + 49*mV)) / (20*ms) : volt (unless refractory)
dge/dt = -ge / (5*ms) : volt
dgi/dt = -gi / (10*ms) : volt
"""
neurons = NeuronGroup(4000, equations, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms, method="exact")
neurons.v = "-60*mV + rand() * 10*mV"
exc = Synapses(neurons[:3200], neurons, on_pre="ge_post += 1.62*mV", delay=0.1 * ms)
inh = Synapses(neurons[3200:], neurons, on_pre="gi_post -= 9*mV", delay=0.1 * ms)
exc.connect(p=0.02)
inh.connect(p=0.02)
monitor = SpikeMonitor(neurons, record=False)
peer.finish(peer.seconds(), monitor, neurons, exc, inh)
