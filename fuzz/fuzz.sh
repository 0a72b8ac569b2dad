#!/bin/sh
# Builds the fuzz targets with libFuzzer and runs each for SECONDS, two at a time: sh fuzz/fuzz.sh [SECONDS]. What is
# found is kept in build/fuzz/found. Seeds are the corpus and, where there is time for them, the fixtures.
set -eu
cd "$(dirname "$0")/.."
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target all
mkdir -p build/fuzz/found

seconds=${1:-30}
fixtures=""
[ "$seconds" -lt 300 ] || fixtures="testdata/ok testdata/truncated testdata/corrupt"
export seconds fixtures
# shellcheck disable=SC2016 # for the inner shell
for target in fuzz/targets/*.cc; do
  basename "$target" .cc
done | xargs -P2 -I{} sh -c '
  mkdir -p "build/fuzz/corpus/$1"
  seeds="fuzz/corpus/trace fuzz/differences $fixtures"
  [ ! -d "fuzz/corpus/$1" ] || seeds="fuzz/corpus/$1"
  log="build/fuzz/found/$1.log"
  if "build/fuzz/fuzz/fuzz_$1" -max_total_time="$seconds" -max_len=20000 -timeout=120 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/found/$1-" "build/fuzz/corpus/$1" $seeds >"$log" 2>&1; then
    echo "$1: nothing found, $(tail -n 1 "$log")"
  else
    echo "$1: FAILED, see $log"
    exit 1
  fi' fuzz {}
