#!/bin/sh
# Builds the program and leaves a release's files in BUILD/packages (BUILD: build/release, or the argument):
#   tracecheck_VERSION_ARCHITECTURE.deb, libtracecheck-dev_VERSION_ARCHITECTURE.deb
#   tracecheck-VERSION-linux-MACHINE.tar.gz, whose program is linked statically
# Files have the time of the last commit, so that two builds of it are the same.
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

# shellcheck disable=SC2086 # lists of words
need_packages $BUILD_PACKAGES $RELEASE_PACKAGES

build=${1:-build/release}
[ -f "$build/CMakeCache.txt" ] || cmake --preset release >/dev/null
step "Building"
cmake --build "$build" --target tracecheck pages tracecheck_portable

packages=$build/packages
rm -rf "$packages"
mkdir -p "$packages"
version=$("$build/tracecheck" --version | sed 's/^tracecheck \([0-9.]*\).*/\1/')
time=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH="$time"

step "Debian packages"
(cd "$build" && cpack -G DEB >packages.log 2>&1) || {
  cat "$build/packages.log" >&2
  exit 1
}
rm -rf "$packages/_CPack_Packages"

name=tracecheck-$version-linux-$(uname -m)
step "$name.tar.gz"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
trap 'exit 1' HUP INT TERM
cmake --install "$build" --component program --prefix "$stage/$name" >/dev/null
strip -o "$stage/$name/bin/tracecheck" "$build/packaging/tracecheck_portable"
tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$time" -cf - "$name" |
  gzip -9n >"$packages/$name.tar.gz"

ls -l "$packages"
