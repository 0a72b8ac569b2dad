#!/bin/sh
# Runs the unit tests and the corpus of the fuzz targets under the sanitizers, and prints how much of format/ and reader/
# they run, by lines and branches: sh scripts/coverage.sh [FOLDER]. With a folder it also writes pages there that show each
# line. The results of the unit tests are in build/fuzz/unit_tests.xml. Needs what building and testing need, and clang.
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

need_packages clang libclang-rt-14-dev llvm
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz

rm -rf build/fuzz/profiles
LLVM_PROFILE_FILE="$PWD/build/fuzz/profiles/%m.profraw"
export LLVM_PROFILE_FILE
failed=0
build/fuzz/tests/unit_tests '~[alike]' --reporter junit --out build/fuzz/unit_tests.xml || failed=$?
ctest --test-dir build/fuzz -R '^fuzz_' -j "$(nproc)" >build/fuzz/corpus.log || { cat build/fuzz/corpus.log && failed=1; }
[ "$failed" -eq 0 ] || grep -B 1 -A 8 '<failure' build/fuzz/unit_tests.xml || true

llvm-profdata merge -o build/fuzz/profiles/all build/fuzz/profiles/*.profraw
set -- "${1:-}" build/fuzz/tests/unit_tests
for target in build/fuzz/fuzz/fuzz_*; do
  [ ! -x "$target" ] || [ -d "$target" ] || set -- "$@" -object "$target"
done
folder=$1
shift
# By the folder that a file lies in: how its whole path is spelled depends on the compiler's cache.
others='(/(analysis|c_api|cmd|crash|export|fuzz|generated|support|targets|tracecheck)/[^/]*|_test\.cc|/usr/.*)$'
set -- "$@" -instr-profile=build/fuzz/profiles/all -ignore-filename-regex="$others"
llvm-cov report "$@" -show-region-summary=false -show-branch-summary
[ -z "$folder" ] || llvm-cov show "$@" -format=html -show-branches=count -output-dir="$folder"
exit "$failed"
