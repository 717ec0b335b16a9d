"""What the peer networks share: Brian2's C++ standalone mode on one thread. The generated program times itself in CPU
seconds, around the run alone and without building; `./main` in the build folder runs it again, and leaves the time as the
first number of `results/last_run_info.txt`. Usage of every network: NAME.py SECONDS [BUILD_FOLDER]"""

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
    """Builds what was described and runs it once; prints the build folder, the CPU seconds of the run and its spikes."""
    folder = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="brian2_")
    network = brian2.Network(monitor, *objects)
    network.run(duration * second, report=None)
    device.build(directory=folder, compile=True, run=True, debug=False, with_output=False)
    print("folder", folder)
    print("cpu_s", device._last_run_time)
    print("spikes", int(monitor.num_spikes))


def seconds():
    return float(sys.argv[1])
