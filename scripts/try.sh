#!/bin/sh
# From a bare Debian 12 to a first result: installs what the build needs, builds the program and runs it on
# the trace of a Go program that panicked. Safe to repeat.
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

# shellcheck disable=SC2086 # a list of words
need_packages $BUILD_PACKAGES

step "Building build/release/tracecheck (a few minutes the first time)"
cmake --preset release >/dev/null
cmake --build --preset release --target tracecheck

trace=testdata/ok/go1.26-crasher.trace
show() {
  printf '\n$ %s\n' "$*"
  "$@"
}
step "The trace of a program that logged one message and then panicked: is it whole, and is the log there?"
show build/release/tracecheck verify "$trace"
show build/release/tracecheck grep --category xyzzy-cat --message xyzzy-msg "$trace"
