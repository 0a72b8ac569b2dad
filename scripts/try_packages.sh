#!/bin/sh
# Before a release, as root: installs the packages that scripts/package.sh made in a Debian 12 that has nothing but
# what every Debian has, runs the program of the package and that of the archive, builds the README's example on the
# library of the package, and takes all of it away again. Takes a few minutes, and 1 GB in TMPDIR while it runs. The argument is the folder of the packages (default: build/release/packages).
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh

packages=$(cd "${1:-build/release/packages}" && pwd)
need_packages debootstrap

root=$(mktemp -d)
chmod 755 "$root" # apt-get's own user has to come in
trap 'rm -rf "$root" "$root.log"' EXIT
trap 'exit 1' HUP INT TERM

# As this machine's apt-get gets them: from the first source of bookworm, with its settings.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
step "Debian 12 in $root"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$root.log" 2>&1 || {
  tail -n 20 "$root.log" >&2
  exit 1
}
rm -rf "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d"
cp -rL /etc/apt/. "$root/etc/apt/"
cp -L /etc/resolv.conf "$root/etc/" 2>/dev/null || true

cp "$packages"/*.deb "$packages"/*.tar.gz "$root/root/"
cp testdata/ok/go1.26-crasher.trace examples/print_logs.cc "$root/root/"
in_root() {
  chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive sh -ec "$1"
}

step "The archive's program, before anything is installed"
in_root 'cd /root && tar xzf tracecheck-*.tar.gz && mv tracecheck-*/ archive &&
  archive/bin/tracecheck --version && archive/bin/tracecheck verify go1.26-crasher.trace'

step "The packages"
in_root 'cd /root && apt-get -qq update && apt-get -qq install -y ./tracecheck_*.deb >/dev/null &&
  tracecheck --version && tracecheck verify go1.26-crasher.trace &&
  tracecheck grep --message xyzzy-msg go1.26-crasher.trace'

step "A program on the library"
in_root 'cd /root && apt-get -qq install -y --no-install-recommends ./libtracecheck-dev_*.deb cmake g++ make >/dev/null
cat >CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.25)
project(example LANGUAGES CXX)
find_package(tracecheck CONFIG REQUIRED)
add_executable(print_logs print_logs.cc)
target_link_libraries(print_logs PRIVATE tracecheck::tracecheck)
END
cmake -B example . >/dev/null && cmake --build example >/dev/null
example/print_logs go1.26-crasher.trace | grep "^xyzzy-cat: xyzzy-msg$"'

step "Taken away again"
in_root 'dpkg -L tracecheck libtracecheck-dev >/root/files
apt-get -qq purge -y tracecheck libtracecheck-dev >/dev/null
left=$(grep tracecheck /root/files | while read -r file; do [ ! -e "$file" ] || echo "$file"; done)
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
! dpkg -l | grep tracecheck'
step "All is well"
