#!/bin/sh
# From a bare Debian 12 to all tests: installs what building and testing need, builds everything and runs the
# tests, ending with their count. Safe to repeat. Without Go the comparison with the reference reader is
# skipped, and said to be; with TRACECHECK_REQUIRE_GO=1 that is a failure. Arguments go to cmake, as in
# sh scripts/test.sh -DTRACECHECK_WERROR=ON
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

# shellcheck disable=SC2086 # lists of words
need_packages $BUILD_PACKAGES $TEST_PACKAGES

step "Building in build/release (a few minutes the first time)"
cmake --preset release -DTRACECHECK_TESTS=ON "$@" >/dev/null
cmake --build --preset release

step "Running all tests (results also in build/release/tests.xml)"
ctest --preset release -j "$(nproc)" --output-junit tests.xml
