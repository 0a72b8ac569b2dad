#!/bin/sh
# The ctest entry `reference`: compares tracecheck with the reference reader, which needs Go. Exit 77 tells
# ctest that it was skipped.
set -eu
cd "$(dirname "$0")/../tests/reference"

if ! command -v go >/dev/null; then
  if [ "${TRACECHECK_REQUIRE_GO:-}" = 1 ]; then
    echo "No go on PATH, and TRACECHECK_REQUIRE_GO=1" >&2
    exit 1
  fi
  echo "Skipped: no go on PATH"
  exit 77
fi
# -count=1: the cache does not know that the program under test has changed.
exec go test -count=1 -timeout 28m ./...
