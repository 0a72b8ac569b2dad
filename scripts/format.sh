#!/bin/sh
# Formats the C++ and Go sources that git knows; with --check it changes nothing, names the files that
# differ and fails if there are any.
set -eu
cd "$(dirname "$0")/.."

cpp_mode="-i"
go_mode="-w"
if [ "${1:-}" = --check ]; then
  cpp_mode="--dry-run --Werror"
  go_mode="-l"
fi

status=0
# shellcheck disable=SC2086 # words
git ls-files -z '*.cc' '*.h' | xargs -0 -r clang-format $cpp_mode || status=1

if command -v gofmt >/dev/null; then
  differing=$(git ls-files -z '*.go' | xargs -0 -r gofmt "$go_mode") || status=1
  if [ -n "$differing" ]; then
    printf 'not as gofmt has it: %s\n' $differing >&2
    status=1
  fi
elif [ "${TRACECHECK_REQUIRE_GO:-}" = 1 ]; then
  echo "No gofmt on PATH, and TRACECHECK_REQUIRE_GO=1" >&2
  status=1
else
  echo "No gofmt on PATH: Go sources left alone" >&2
fi
exit $status
