#!/bin/sh
# Runs the unit tests of what reads bytes, and each command on a few traces, under valgrind: it sees what is used before it
# is written, which the sanitizers do not. Needs valgrind and the build of scripts/test.sh: sh scripts/valgrind.sh
set -eu
cd "$(dirname "$0")/.."
program=build/release/tracecheck
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

checked() {
  status=0
  valgrind -q --error-exitcode=99 --suppressions=scripts/valgrind.supp "$@" >"$work/output" || status=$?
  [ "$status" -ne 99 ] || { echo "FAILED: $*" >&2 && exit 1; }
}

checked build/release/tests/unit_tests '[varint],[header],[cursor],[merge],[foreign],[heritage],[skim],[quote],[decimal]'
for trace in testdata/ok/go1.26-crasher.trace testdata/ok/go1.22-crasher.trace testdata/truncated/go1.26-crasher.trace \
  testdata/corrupt/go1.26-prints-inside.trace; do
  checked "$program" verify --json "$trace" 2>/dev/null
  checked "$program" grep -j 2 -e . --stack "$trace" 2>/dev/null
  checked "$program" grep --kind task,region,transition,range -e . "$trace" 2>/dev/null
  checked "$program" stats "$trace" 2>/dev/null
  checked "$program" events -j 2 "$trace" 2>/dev/null
  checked "$program" wire "$trace" 2>/dev/null
  for format in ndjson csv chrome perfetto; do
    checked "$program" export --format "$format" "$trace" 2>/dev/null
  done
  checked "$program" export --format sqlite -o "$work/db" "$trace" 2>/dev/null
  checked "$program" repair -o "$work/repaired" --force "$trace" 2>/dev/null
  checked "$program" slice --since 0 --until 1ms -o "$work/slice" --force "$trace" 2>/dev/null
  checked "$program" redact -o "$work/redacted" --force "$trace" 2>/dev/null
  checked "$program" report -o "$work/report.html" "$trace" 2>/dev/null
done
echo "nothing is used before it is written"
