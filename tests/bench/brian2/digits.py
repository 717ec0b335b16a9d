"""The network of Diehl & Cook (2015) as they published it (conductances, 0.5 ms steps), learning from one image that is shown
over and over: 350 ms of Poisson input, 150 ms of rest. Compare CPU seconds per image with `digits`, which prints them.
Usage: digits.py SECONDS [BUILD_FOLDER]; NEURONS in the environment (400)."""

import os

import numpy as np
import peer
from brian2 import (Hz, NeuronGroup, PoissonGroup, SpikeMonitor, Synapses, TimedArray, defaultclock, ms, mV, second)

peer.start()
defaultclock.dt = 0.5 * ms
n = int(os.environ.get("NEURONS", "400"))
rng = np.random.default_rng(1)
# As many input spikes as MNIST's images bring on average: 2,305 in 350 ms, from 150 of 784 pixels.
rates = np.zeros(784)
rates[rng.permutation(784)[:150]] = 2305 / 0.35 / 150
shown = TimedArray(np.outer(np.arange(1000) % 10 < 7, rates) * Hz, dt=50 * ms)

membrane = """
dv/dt = ((rest - v) + (ge*(0*mV - v) + gi*(reversal - v))) / tau : volt (unless refractory)
dge/dt = -ge/(1*ms) : 1
dgi/dt = -gi/(2*ms) : 1
"""
pixels = PoissonGroup(784, rates="shown(t, i)", namespace={"shown": shown})
exc = NeuronGroup(n, membrane + "dtheta/dt = -theta/(1e7*ms) : volt", threshold="v > theta - 52*mV",
                  reset="v = -65*mV; theta += 0.05*mV", refractory=5 * ms, method="euler",
                  namespace={"rest": -65 * mV, "reversal": -100 * mV, "tau": 100 * ms})
inh = NeuronGroup(n, membrane, threshold="v > -40*mV", reset="v = -45*mV", refractory=2 * ms, method="euler",
                  namespace={"rest": -60 * mV, "reversal": -85 * mV, "tau": 10 * ms})
exc.v, inh.v = -65 * mV, -60 * mV
learning = Synapses(pixels, exc, """w : 1
dpre/dt = -pre/(20*ms) : 1 (event-driven)
dpost1/dt = -post1/(20*ms) : 1 (event-driven)
dpost2/dt = -post2/(40*ms) : 1 (event-driven)""",
                    on_pre="ge_post += w; pre = 1; w = clip(w - 0.0001*post1, 0, 1)",
                    on_post="w = clip(w + 0.01*pre*post2, 0, 1); post1 = 1; post2 = 1")
learning.connect()
learning.w = "0.3*rand()"
to_inh = Synapses(exc, inh, on_pre="ge_post += 10.4")
to_inh.connect(j="i")
against = Synapses(inh, exc, on_pre="gi_post += 17")
against.connect(condition="i != j")
monitor = SpikeMonitor(exc)
peer.finish(peer.seconds(), monitor, pixels, exc, inh, learning, to_inh, against)
