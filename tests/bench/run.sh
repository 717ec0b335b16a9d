#!/usr/bin/env bash
# All benchmarks of a build folder: whole networks beside Brian2, then building connectivity, then training on images.
set -euo pipefail
build=${1:?usage: run.sh BUILD_FOLDER}
python3 "$(dirname "$0")/bench.py" "$build"
"$build/tests/bench/connect_bench"
"$build/tests/bench/energy_bench"
"$build/tests/bench/loihi_bench"
data="$(dirname "$0")/../../../shared/data"
if [ -d "$data/mnist" ]; then  # images a second of CPU time, per epoch
  for hidden in 64 256; do
    "$build/apps/edlearn" --mnist --data "$data" --train 10000 --test 500 --epochs 1 --hidden "$hidden" --quiet
  done
fi
