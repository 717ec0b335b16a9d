#!/usr/bin/env python3
"""Runs Brian2 (Debian's python3-brian) beside volley: rates within 2 %, CV of intervals within 0.05, and single
deterministic neurons within one of Brian2's steps. Usage: brian2_beside.py PATH_OF_VOLLEY

Not part of `make test`, because Brian2 is not: `cmake --build --preset release --target brian2_beside`.
Brian2 rounds every spike to its 0.1 ms grid, so a network agrees in statistics and not spike by spike.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from brian2 import (Hz, NeuronGroup, PoissonInput, SpikeMonitor, Synapses, defaultclock, device, ms, mV,
                    seed, set_device)
import brian2

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPLICAS = 12
failures = []


def check(fact, text):
    print(("ok      " if fact else "FAILED  ") + text, flush=True)
    if not fact:
        failures.append(text)


def statistics(times_ms, neurons, size, duration_ms):
    """Mean rate in Hz, and the mean CV over neurons with at least three spikes."""
    order = np.lexsort((times_ms, neurons))
    times_ms, neurons = np.asarray(times_ms)[order], np.asarray(neurons)[order]
    cvs = []
    for part in np.split(times_ms, np.flatnonzero(np.diff(neurons)) + 1):
        if len(part) >= 3:
            intervals = np.diff(part)
            cvs.append(intervals.std() / intervals.mean())
    return len(times_ms) / size / duration_ms * 1000, float(np.mean(cvs))


def volley_spikes(program, network, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/run.h5"
        subprocess.run([program, "run", str(network), "-q", "-o", path, *arguments], check=True, capture_output=True)
        with h5py.File(path) as file:
            return {name: (group["timestamps"][:], group["node_ids"][:]) for name, group in file["spikes"].items()}


def joined(spikes, first_inhibitory):
    times = np.concatenate([spikes["exc"][0], spikes["inh"][0]])
    neurons = np.concatenate([spikes["exc"][1], spikes["inh"][1] + first_inhibitory])
    return times, neurons


def over_seeds(program, network, first_inhibitory, size, duration, *arguments):
    """Statistics of REPLICAS runs with different seeds, averaged: a single random network strays by a percent or two."""
    runs = [joined(volley_spikes(program, network, "--seed", str(s + 1), "--until", f"{duration}ms", *arguments),
                   first_inhibitory) for s in range(REPLICAS)]
    return np.mean([statistics(*run, size, duration) for run in runs], axis=0)


def compare(name, ours, theirs):
    print(f"{name}: volley {ours[0]:.2f} Hz, CV {ours[1]:.3f}; Brian2 {theirs[0]:.2f} Hz, CV {theirs[1]:.3f}")
    check(abs(ours[0] / theirs[0] - 1) <= 0.02, f"{name}: rates within 2 %")
    check(abs(ours[1] - theirs[1]) <= 0.05, f"{name}: CV within 0.05")


def run_brian(duration_ms, monitors, objects):
    network = brian2.Network(monitors, objects)
    network.run(duration_ms * ms)
    device.build(directory=tempfile.mkdtemp(prefix="brian2_"), compile=True, run=True, debug=False, with_output=False)
    spikes = [(np.array(m.t / ms), np.array(m.i)) for m in monitors]
    device.reinit()
    device.activate(build_on_run=False)
    return spikes


def mean_statistics(spikes, size, duration):
    return np.mean([statistics(*run, size, duration) for run in spikes], axis=0)


def start():
    set_device("cpp_standalone", build_on_run=False)
    seed(1)
    defaultclock.dt = 0.1 * ms


def brunel(program):
    duration, n, theta, j = 1000, 12500, 20 * mV, 0.1 * mV
    rng = np.random.default_rng(1)
    monitors, objects = [], []
    for _ in range(REPLICAS):
        neurons = NeuronGroup(n, "dv/dt = -v / (20*ms) : volt (unless refractory)", threshold="v > theta",
                              reset="v = 10*mV", refractory=2 * ms, method="exact", namespace={"theta": theta})
        for first, count, degree, weight in ((0, 10000, 1000, j), (10000, 2500, 250, -5 * j)):
            part = Synapses(neurons[first:first + count], neurons, on_pre="v_post += w", delay=1.5 * ms,
                            namespace={"w": weight})
            part.connect(i=rng.integers(0, count, n * degree), j=np.repeat(np.arange(n), degree))
            objects.append(part)
        objects += [neurons, PoissonInput(neurons, "v", 1000, 20 * Hz, weight=j)]
        monitors.append(SpikeMonitor(neurons))
    theirs = mean_statistics(run_brian(duration, monitors, objects), n, duration)
    compare("brunel", over_seeds(program, ROOT / "apps/examples/brunel.yaml", 10000, n, duration), theirs)


def vogels_abbott(program, name, equations, variables, weights):
    duration = 5000
    monitors, objects = [], []
    for _ in range(REPLICAS):
        neurons = NeuronGroup(4000, equations, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms,
                              method="exact")
        neurons.v = "-60*mV + rand() * 10*mV"
        exc = Synapses(neurons[:3200], neurons, on_pre=f"{variables[0]}_post += {weights[0]}*mV", delay=0.1 * ms)
        inh = Synapses(neurons[3200:], neurons, on_pre=f"{variables[1]}_post += {weights[1]}*mV", delay=0.1 * ms)
        exc.connect(p=0.02)
        inh.connect(p=0.02)
        objects += [neurons, exc, inh]
        monitors.append(SpikeMonitor(neurons))
    theirs = mean_statistics(run_brian(duration, monitors, objects), 4000, duration)
    ours = over_seeds(program, ROOT / f"apps/examples/{name}.yaml", 3200, 4000, duration)
    compare(name, ours, theirs)


def single_neurons(program):
    """Constant currents into leaky neurons: no randomness, so spike by spike."""
    drives = [21.0, 25.0, 40.0, 80.0]
    neurons = NeuronGroup(4, "dv/dt = (drive - v) / (20*ms) : volt (unless refractory)\ndrive : volt",
                          threshold="v > 20*mV", reset="v = 0*mV", refractory=2 * ms, method="exact")
    neurons.drive = drives * mV
    [(times, indices)] = run_brian(200, [SpikeMonitor(neurons)], [neurons])
    description = {"volley": 1, "until": "200 ms", "populations": {"cells": {
        "model": "lif_delta", "size": 4,
        "params": {"tau_m": 20, "v_threshold": 20, "v_reset": 0, "t_ref": 2, "i_e": drives}}}}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump(description, file)
        file.flush()
        spikes = volley_spikes(program, file.name)["cells"]
    for n in range(4):
        ours, theirs = spikes[0][spikes[1] == n], times[indices == n]
        # Each of Brian2's intervals is rounded up to its grid, so the difference grows by a step per spike at most.
        same = len(ours) >= len(theirs) > 0
        steps = np.abs(ours[:len(theirs)] - theirs) / 0.1 / (np.arange(len(theirs)) + 1) if same else np.array([9.0])
        check(same and steps.max() <= 1.0 + 1e-6, f"neuron at {drives[n]} mV: {len(ours)} spikes, within a step each")


def main():
    program = sys.argv[1]
    start()
    single_neurons(program)
    vogels_abbott(program, "vogels_abbott_jump", "dv/dt = -(v + 49*mV) / (20*ms) : volt (unless refractory)",
                  ("v", "v"), (0.25, -2.25))
    vogels_abbott(program, "vogels_abbott_cuba", """
        dv/dt = (ge + gi - (v + 49*mV)) / (20*ms) : volt (unless refractory)
        dge/dt = -ge / (5*ms) : volt
        dgi/dt = -gi / (10*ms) : volt""", ("ge", "gi"), (1.62, -9))
    brunel(program)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
