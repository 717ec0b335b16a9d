"""Brunel 2000, 12,500 LIF neurons with delta synapses, g = 5, eta = 2. Usage: brunel.py SECONDS [BUILD_FOLDER]"""

from brian2 import Hz, NeuronGroup, PoissonInput, SpikeMonitor, Synapses, ms, mV
import numpy as np

import peer

peer.start()
n_exc, n_inh, c_exc, c_inh = 10000, 2500, 1000, 250
tau, theta, j, g = 20 * ms, 20 * mV, 0.1 * mV, 5.0
neurons = NeuronGroup(n_exc + n_inh, "dv/dt = -v / tau : volt (unless refractory)", threshold="v > theta",
                      reset="v = 10*mV", refractory=2 * ms, method="exact", namespace={"tau": tau, "theta": theta})
rng = np.random.default_rng(1)
synapses = []
n = n_exc + n_inh
for first, count, degree, weight in ((0, n_exc, c_exc, j), (n_exc, n_inh, c_inh, -g * j)):
    part = Synapses(neurons[first:first + count], neurons, on_pre="v_post += w", delay=1.5 * ms, namespace={"w": weight})
    part.connect(i=rng.integers(0, count, n * degree), j=np.repeat(np.arange(n), degree))
    synapses.append(part)
external = PoissonInput(neurons, "v", 1000, 20 * Hz, weight=j)
monitor = SpikeMonitor(neurons, record=False)
peer.finish(peer.seconds(), monitor, neurons, external, *synapses)
