#!/usr/bin/env python3
"""Measures volley on the examples and prints a Markdown table. Usage: bench.py BUILD_FOLDER [--no-peers]

CPU seconds of the simulation alone (building apart), one thread, the median of three runs. Brian2 (Debian's
python3-brian), in C++ standalone mode on one thread, is measured in the same session by the generated program's own
clock where it is installed; ratios are what to quote.
"""

import json
import pathlib
import platform
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "apps" / "examples"


def volley(program, network, *arguments):
    command = [program, "run", str(network), "--threads", "1", "--json", "-q", *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def median_cpu(program, network, *arguments, runs=3):
    reports = [volley(program, network, *arguments) for _ in range(runs)]
    reports.sort(key=lambda r: r["run_cpu_seconds"])
    return reports[len(reports) // 2]


def brian2(name, seconds):
    """CPU seconds of the peer, or None where it is not installed."""
    script = ROOT / "tests" / "bench" / "brian2" / f"{name}.py"
    for python in ("/usr/bin/python3", "python3"):
        if subprocess.run([python, "-c", "import brian2"], capture_output=True).returncode == 0:
            out = subprocess.run([python, str(script), str(seconds)], capture_output=True, text=True, check=True).stdout
            return float(next(line.split()[1] for line in out.splitlines() if line.startswith("cpu_s")))
    return None


def machine():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def events(report):
    populations = report["populations"]
    return sum(p["synaptic_events"] for p in populations), sum(p["external_events"] for p in populations)


def main():
    program = str(pathlib.Path(sys.argv[1]) / "apps" / "volley")
    peers = "--no-peers" not in sys.argv
    print(f"One thread of {machine()}; CPU seconds, median of 3; measured by `make bench`.\n")
    print("| work | volley | Brian2 C++ | volley / Brian2 | recording every spike | ns per event |")
    print("|---|---|---|---|---|---|")
    rows = {
        "brunel, 1 s": ("brunel.yaml", "brunel", 1),
        "jump, 10 s": ("vogels_abbott_jump.yaml", "jump", 10),
        "cuba, 10 s": ("vogels_abbott_cuba.yaml", "cuba", 10),
        "coba, 10 s": ("vogels_abbott_coba.yaml", None, 10),
    }
    for title, (file, peer, seconds) in rows.items():
        until = ("--until", f"{seconds}s")
        report = median_cpu(program, EXAMPLES / file, *until)
        cpu = report["run_cpu_seconds"]
        with tempfile.TemporaryDirectory() as folder:
            recorded = median_cpu(program, EXAMPLES / file, *until, "-o", f"{folder}/run.h5")["run_cpu_seconds"]
        other = brian2(peer, seconds) if peers and peer else None
        columns = [f"{other:.2f}", f"{cpu / other:.2f}"] if other else ["", ""]
        synaptic, external = events(report)
        print(f"| {title} | {cpu:.3f} | {columns[0]} | {columns[1]} | {100 * (recorded / cpu - 1):+.1f} % | "
              f"{1e9 * cpu / (synaptic + external):.1f} |", flush=True)

    # Without recurrence only the external events are left: their cost, and by difference that of the recurrent ones.
    brunel = median_cpu(program, EXAMPLES / "brunel.yaml")
    alone = median_cpu(program, EXAMPLES / "brunel.yaml", "-s", "projections.0.rule.fixed_indegree=0", "-s",
                       "projections.1.rule.fixed_indegree=0")
    synaptic, external = events(brunel)
    per_external = alone["run_cpu_seconds"] / events(alone)[1]
    per_synaptic = (brunel["run_cpu_seconds"] - per_external * external) / synaptic
    silent = median_cpu(program, ROOT / "tests" / "bench" / "silent.yaml")
    print(f"""
- brunel: {1e9 * per_synaptic:.2f} ns per recurrent synaptic event, {1e9 * per_external:.2f} ns per external one;
  {brunel["synapses"]:,} synapses built in {brunel["build_cpu_seconds"]:.2f} CPU s,
  {brunel["synapse_bytes"] / brunel["synapses"]:.2f} bytes each
- an hour of a silent network of a million neurons: {silent["run_cpu_seconds"]:.4f} CPU s""")


if __name__ == "__main__":
    main()
