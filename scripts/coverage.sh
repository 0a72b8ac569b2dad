#!/bin/sh
# Prints how much of format/ and reader/ the unit tests and the corpus of the fuzz targets run, by lines and branches:
# sh scripts/coverage.sh [FOLDER]. With a folder it also writes pages there that show each line. Branches that only
# exceptions take are not counted. Needs what building and testing need, g++ and gcovr.
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

need_packages gcovr
cmake --preset coverage -DCMAKE_CXX_COMPILER=g++ >/dev/null
cmake --build --preset coverage
find build/coverage -name '*.gcda' -delete
build/coverage/tests/unit_tests >/dev/null
ctest --test-dir build/coverage -R '^fuzz_' >/dev/null

[ $# -eq 0 ] || mkdir -p "$1"
gcovr --root . --object-directory build/coverage --filter 'format/' --filter 'reader/' \
  --exclude-throw-branches --exclude-unreachable-branches --branches --print-summary \
  ${1:+--html-details "$1/index.html"} build/coverage
