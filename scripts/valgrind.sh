#!/bin/sh
# Runs the unit tests of what reads bytes, and each command on a few traces, under valgrind: it sees what is used before it
# is written, which the sanitizers do not. Needs valgrind and the build of scripts/test.sh: sh scripts/valgrind.sh
set -eu
cd "$(dirname "$0")/.."
program=build/release/tracecheck
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The program has an operator new of its own, which valgrind does not see where it is inlined: whether new and delete match
# is the business of the sanitizers.
checked() {
  status=0
  valgrind -q --error-exitcode=99 --show-mismatched-frees=no --suppressions=scripts/valgrind.supp --log-file="$work/log" \
    "$@" >"$work/output" 2>&1 || status=$?
  [ "$status" -eq 99 ] || return 0
  echo "FAILED: $*" >&2
  cat "$work/log" >&2
  exit 1
}

checked build/release/tests/unit_tests '[varint],[header],[cursor],[merge],[foreign],[heritage],[skim],[quote],[decimal]'
for trace in testdata/ok/go1.26-crasher.trace testdata/ok/go1.22-crasher.trace testdata/truncated/go1.26-crasher.trace \
  testdata/corrupt/go1.26-prints-inside.trace; do
  checked "$program" verify --json "$trace"
  checked "$program" grep -j 2 -e . --stack "$trace"
  checked "$program" grep --kind task,region,transition,range -e . "$trace"
  checked "$program" stats "$trace"
  checked "$program" events -j 2 "$trace"
  checked "$program" wire "$trace"
  for format in ndjson csv chrome perfetto; do
    checked "$program" export --format "$format" "$trace"
  done
  checked "$program" export --format sqlite -o "$work/db" "$trace"
  checked "$program" repair -o "$work/repaired" --force "$trace"
  checked "$program" slice --since 0 --until 1ms -o "$work/slice" --force "$trace"
  checked "$program" redact -o "$work/redacted" --force "$trace"
  checked "$program" report -o "$work/report.html" "$trace"
done
echo "nothing is used before it is written"
