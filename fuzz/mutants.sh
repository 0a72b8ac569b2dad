#!/bin/sh
# Compares tracecheck with the reference reader on mutants of all fixtures: sh fuzz/mutants.sh [COUNT [SEED]].
# Without SEED each run makes others; the seed is printed. Needs Go, and the program in TRACECHECK, by default the
# release build's. A mutant on which the readers differ without a reason is kept in a file, and said where.
set -eu
cd "$(dirname "$0")/../tests/reference"

TRACECHECK=${TRACECHECK:-$PWD/../../build/release/tracecheck}
export TRACECHECK
exec go test -count=1 -timeout 0 -run '^TestMutants$' -v . -mutants "${1:-2000}" -seed "${2:-0}"
