#!/bin/sh
# Makes traces with each Go version, of all kinds of work and of death, runs every command on each, and compares with
# the reference reader: sh scripts/versions.sh [GO1.X.Y...], by default the first and the last point release of Go 1.22
# to 1.26. Needs Go, which downloads the toolchains (about 1 GB in all), and the release build, or TRACECHECK. At the
# end it prints how many traces and events each version had; anything that differs is a failure.
set -eu
cd "$(dirname "$0")/../tests/reference"

[ $# -gt 0 ] || set -- go1.22.0 go1.22.12 go1.23.0 go1.23.12 go1.24.0 go1.24.13 go1.25.0 go1.25.14 go1.26.0 go1.26.11
versions=$(echo "$*" | tr ' ' ',')
TRACECHECK=${TRACECHECK:-$PWD/../../build/release/tracecheck}
export TRACECHECK
exec go test -v -count=1 -timeout 0 -run '^TestToolchains$' . -versions "$versions"
