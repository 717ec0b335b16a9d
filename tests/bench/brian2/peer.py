"""What the peer networks share: Brian2's C++ standalone mode on one thread, timed in CPU seconds by the generated program
itself, around the run alone and without building."""

import sys
import tempfile

import brian2
from brian2 import device, ms, prefs, second, set_device


def start():
    set_device("cpp_standalone", build_on_run=False)
    prefs.devices.cpp_standalone.openmp_threads = 0
    prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-ffast-math", "-march=native", "-std=c++11"]
    brian2.seed(1)
    brian2.defaultclock.dt = 0.1 * ms


def finish(duration, monitor, *objects):
    """Runs what was described; prints the CPU seconds of the run, by the generated program's own clock, and its spikes."""
    network = brian2.Network(monitor, *objects)
    network.run(duration * second, report=None)
    device.build(directory=tempfile.mkdtemp(prefix="brian2_"), compile=True, run=True, debug=False, with_output=False)
    print("cpu_s", device._last_run_time)
    print("spikes", int(monitor.num_spikes))


def seconds():
    return float(sys.argv[1])
