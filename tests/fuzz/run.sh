#!/usr/bin/env bash
# Feeds every reader mutated files: tests/fuzz/run.sh BUILD_FOLDER [SECONDS] [RUNS]
# Each fuzzer ends after SECONDS (default 60) or RUNS inputs (default 100000), whichever comes first. What breaks one is
# kept beside the build, and the script fails.
set -euo pipefail
build=${1:?usage: run.sh BUILD_FOLDER [SECONDS] [RUNS]}/tests/fuzz
seconds=${2:-60}
runs=${3:-100000}
work=$build/work
mkdir -p "$work"
"$build/fuzz_seeds" "$work/seeds"

failed=0
for fuzzer in "$build"/fuzz_*; do
  name=${fuzzer##*/fuzz_}
  [[ $name == seeds ]] && continue
  mkdir -p "$work/corpus/$name" "$work/broken"
  # A reader in a child process may take half a minute before it is given up.
  if "$fuzzer" -max_total_time="$seconds" -runs="$runs" -keep_seed=1 -max_len=65536 -timeout=100 -rss_limit_mb=2048 \
      -artifact_prefix="$work/broken/$name-" "$work/corpus/$name" "$work/seeds/$name" >"$work/$name.log" 2>&1; then
    echo "$name: $(grep -o 'Done .*' "$work/$name.log")"
  else
    echo "$name: broken; the input is in $work/broken, the log is"
    tail -n 40 "$work/$name.log"
    failed=1
  fi
done
exit $failed
