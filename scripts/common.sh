# For the other scripts to source: POSIX sh, Debian's sh and nothing else.

# make is for g++, which optimises in parallel with it as it links, and else says that it does not.
BUILD_PACKAGES="cmake g++ libcli11-dev libprotozero-dev libre2-dev libsqlite3-dev libzstd-dev make ninja-build
  nlohmann-json3-dev pkg-config zlib1g-dev"
RELEASE_PACKAGES="dpkg-dev file"
TEST_PACKAGES="catch2 chromium curl default-jre-headless fish jq libbenchmark-dev man-db mandoc python3-jsonschema
  python3-pip python3-pytest python3-yaml sqlite3 time zsh zstd $RELEASE_PACKAGES"

step() {
  printf '==> %s\n' "$*"
}

# Installs those of the packages that are missing. Where none is, it needs neither root nor the network.
need_packages() {
  missing=""
  for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=""
    [ "$state" = installed ] || missing="$missing $package"
  done
  if [ -z "$missing" ]; then
    step "Every package needed is installed"
    return 0
  fi

  step "Installing with apt-get:$missing"
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Neither root nor sudo: install these yourself, then start again:$missing" >&2
      return 1
    fi
    as_root="sudo"
  fi
  # shellcheck disable=SC2086 # both are lists of words
  $as_root apt-get -qq update &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
      -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 $missing >/dev/null
}
