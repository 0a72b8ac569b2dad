#!/bin/sh
# Before a release, as root: installs the packages that scripts/package.sh made in a Debian 12 that has nothing but
# what every Debian has, and runs the program of the package and that of the archive. Takes a minute or two, and
# 400 MB in TMPDIR while it runs. The argument is the folder of the packages (default: build/release/packages).
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
cp testdata/ok/go1.26-crasher.trace "$root/root/"
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
in_root 'cd /root && apt-get -qq install -y --no-install-recommends ./libtracecheck-dev_*.deb >/dev/null &&
  test -f /usr/include/tracecheck/reader.h'

step "Taken away again"
in_root 'apt-get -qq purge -y tracecheck libtracecheck-dev >/dev/null && ! command -v tracecheck'
step "All is well"
