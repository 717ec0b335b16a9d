#!/usr/bin/env python3
"""Measures volley on the examples, in rounds, and prints a Markdown table.

Usage: bench.py BUILD_FOLDER [--rounds N] [--work NAME[,NAME...]] [--no-peers]

CPU seconds of the simulation alone (building apart), one thread. A round runs, one right after the other, volley recording
every spike, volley alone, and the peer: Brian2 (Debian's python3-brian) in C++ standalone mode on one thread, compiled once
before the rounds and timed by the generated program's own clock. What a machine does besides changes faster than an hour
and slower than a round, so ratios are taken within a round; given are their median and, in brackets, their range over
all rounds (7 unless told otherwise). Every other round runs backwards.
"""

import argparse
import json
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "apps" / "examples"

WORK = {  # example, peer, biological seconds
    "brunel": ("brunel.yaml", "brunel", 1),
    "jump": ("vogels_abbott_jump.yaml", "jump", 10),
    "cuba": ("vogels_abbott_cuba.yaml", "cuba", 10),
    "coba": ("vogels_abbott_coba.yaml", None, 10),
}


class Volley:
    def __init__(self, build):
        self.program = str(pathlib.Path(build) / "apps" / "volley")

    def report(self, network, *arguments):
        command = [self.program, "run", str(network), "--threads", "1", "--json", "-q", *arguments]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


class Brian2:
    """A peer network, generated and compiled in a folder of its own."""

    def __init__(self, python, name, seconds):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="brian2_"))
        script = ROOT / "tests" / "bench" / "brian2" / f"{name}.py"
        command = [python, str(script), str(seconds), str(self.folder)]
        subprocess.run(command, check=True, capture_output=True)

    def cpu_seconds(self):
        subprocess.run(["./main"], cwd=self.folder, check=True, capture_output=True)
        return float((self.folder / "results" / "last_run_info.txt").read_text().split()[0])

    def remove(self):
        shutil.rmtree(self.folder)


def python_with_brian2():
    for python in ("/usr/bin/python3", "python3"):
        if subprocess.run([python, "-c", "import brian2"], capture_output=True).returncode == 0:
            return python
    return None


def machine():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def events(report):
    populations = report["populations"]
    return sum(p["synaptic_events"] for p in populations), sum(p["external_events"] for p in populations)


def spread(values, form):
    return f"{form(statistics.median(values))} ({form(min(values))} to {form(max(values))})"


def percent(ratio):
    return f"{100 * (ratio - 1):+.0f} %"


def row(volley, name, rounds, python):
    file, peer_name, seconds = WORK[name]
    arguments = (EXAMPLES / file, "--until", f"{seconds}s")
    peer = Brian2(python, peer_name, seconds) if python and peer_name else None
    bare, recorded, other = [], [], []
    total_events = 0

    def run_bare():
        nonlocal total_events
        report = volley.report(*arguments)
        total_events = sum(events(report))
        bare.append(report["run_cpu_seconds"])

    def run_recorded():
        with tempfile.TemporaryDirectory() as folder:
            recorded.append(volley.report(*arguments, "-o", f"{folder}/run.h5")["run_cpu_seconds"])

    steps = [run_recorded, run_bare]  # volley alone stands beside both that it is compared with
    if peer:
        steps.append(lambda: other.append(peer.cpu_seconds()))
    for number in range(rounds):
        for step in steps if number % 2 == 0 else reversed(steps):
            step()
    if peer:
        peer.remove()
    seconds_of = lambda value: f"{value:.3f}" if value < 1 else f"{value:.2f}"
    ratios = [mine / its for mine, its in zip(bare, other)]
    columns = [f"{name}, {seconds} s", spread(bare, seconds_of),
               spread(other, seconds_of) if peer else "", spread(ratios, lambda r: f"{r:.3f}") if peer else "",
               spread([with_file / without for with_file, without in zip(recorded, bare)], percent),
               f"{1e9 * statistics.median(bare) / total_events:.1f}"]
    print("| " + " | ".join(columns) + " |", flush=True)


def brunel_in_parts(volley, rounds):
    """Without recurrence only the external events are left: their cost, and by difference that of the recurrent ones."""
    network = EXAMPLES / "brunel.yaml"
    unconnected = ("-s", "projections.0.rule.fixed_indegree=0", "-s", "projections.1.rule.fixed_indegree=0")
    external_ns, recurrent_ns, build = [], [], []
    for _ in range(rounds):
        whole, alone = volley.report(network), volley.report(network, *unconnected)
        synaptic, external = events(whole)
        external_ns.append(1e9 * alone["run_cpu_seconds"] / events(alone)[1])
        recurrent_ns.append((1e9 * whole["run_cpu_seconds"] - external_ns[-1] * external) / synaptic)
        build.append(whole["build_cpu_seconds"])
    two = lambda value: f"{value:.2f}"
    print(f"- brunel: {spread(recurrent_ns, two)} ns per recurrent synaptic event, {spread(external_ns, two)} ns per "
          f"external one;\n  {whole['synapses']:,} synapses built in {spread(build, two)} CPU s, "
          f"{whole['synapse_bytes'] / whole['synapses']:.2f} bytes each")


def stdp(volley, rounds):
    """Brunel's network beside itself with excitatory synapses that learn by pair STDP, in turn."""
    length = ("--until", "0.5s")
    unconnected = ("-s", "projections.0.rule.fixed_indegree=0", "-s", "projections.1.rule.fixed_indegree=0")
    learning, still, ratio, per_event, static_event = [], [], [], [], []
    for number in range(rounds):
        runs = {}
        order = [("still", "brunel.yaml", ()), ("learning", "brunel_stdp.yaml", ()), ("alone", "brunel.yaml", unconnected)]
        for key, file, options in order if number % 2 == 0 else reversed(order):
            runs[key] = volley.report(EXAMPLES / file, *length, *options)
        cpu = {key: report["run_cpu_seconds"] for key, report in runs.items()}
        synaptic, external = events(runs["still"])
        external_cpu = cpu["alone"] * external / events(runs["alone"])[1]
        each = (cpu["still"] - external_cpu) / synaptic
        # Every population that fires reaches as many excitatory neurons with each spike, so events share by spikes.
        exc, inh = runs["learning"]["populations"][:2]
        plastic = exc["synaptic_events"] * exc["spikes"] / (exc["spikes"] + inh["spikes"])
        elsewhere = sum(events(runs["learning"])) / sum(events(runs["still"]))  # rates differ a little once weights do
        touched = (cpu["learning"] - cpu["still"] * elsewhere) / plastic + each
        learning.append(cpu["learning"])
        still.append(cpu["still"])
        static_event.append(1e9 * each)
        per_event.append(1e9 * touched)
        ratio.append(touched / each)
    plastic_synapses = 1000 * 10_000
    added = (runs["learning"]["synapse_bytes"] - runs["still"]["synapse_bytes"]) / plastic_synapses
    bytes_each = added + runs["still"]["synapse_bytes"] / runs["still"]["synapses"]
    two = lambda value: f"{value:.2f}"
    print(f"- brunel-stdp, 0.5 s, {plastic_synapses:,} plastic synapses: {spread(learning, two)} CPU s beside "
          f"{spread(still, two)} without learning;\n  {spread(per_event, two)} ns per plastic event, {spread(static_event, two)} "
          f"per static one: {spread(ratio, two)} times as much; {bytes_each:.1f} bytes per plastic synapse at the end")


def main():
    parser = argparse.ArgumentParser(description="Measures volley on the examples, in rounds.")
    parser.add_argument("build", help="build folder")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--work", default=",".join([*WORK, "stdp"]), help="which rows, joined by commas: " + ", ".join([*WORK, "stdp"]))
    parser.add_argument("--no-peers", action="store_true", help="leave Brian2 out")
    options = parser.parse_args()
    names = options.work.split(",")
    for name in names:
        if name not in WORK and name != "stdp":
            sys.exit(f"bench.py: --work {name}: must be one of {', '.join([*WORK, 'stdp'])}")
    if options.rounds < 1:
        sys.exit(f"bench.py: --rounds {options.rounds}: must be at least 1")
    volley = Volley(options.build)
    python = None if options.no_peers else python_with_brian2()
    print(f"One thread of {machine()}; CPU seconds, median (range) of {options.rounds} rounds.\n")
    print("| work | volley | Brian2 C++ | volley / Brian2 | recording every spike | ns per event |")
    print("|---|---|---|---|---|---|")
    for name in (name for name in names if name in WORK):
        row(volley, name, options.rounds, python)
    print()
    if "brunel" in names:
        brunel_in_parts(volley, min(options.rounds, 3))
    if "stdp" in names:
        stdp(volley, options.rounds)
    if options.work == parser.get_default("work"):
        silent = [volley.report(ROOT / "tests" / "bench" / "silent.yaml")["run_cpu_seconds"] for _ in range(3)]
        print(f"- an hour of a silent network of a million neurons: {statistics.median(silent):.4f} CPU s")


if __name__ == "__main__":
    main()
