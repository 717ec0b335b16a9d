#!/usr/bin/env bash
# All benchmarks of a build folder: whole networks beside Brian2, then building connectivity.
set -euo pipefail
build=${1:?usage: run.sh BUILD_FOLDER}
python3 "$(dirname "$0")/bench.py" "$build"
"$build/tests/bench/connect_bench"
"$build/tests/bench/energy_bench"
"$build/tests/bench/loihi_bench"
