#!/bin/sh
# Installs the Debian packages that are missing, and nothing when nothing is.
#
#   sh third_party/install.sh [build] [test] [example] [bench] [browser]      (default: build)
#
# Written for Debian 12 with nothing but git; takes root, or sudo.
set -eu

# One package a line; "package?command" counts as installed when the command is there, whoever
# brought it, because Debian's package would clash with it.
packages_build='
  ca-certificates
  ccache?ccache
  cmake?cmake
  g++?g++
  git?git
  libcli11-dev
  libfmt-dev
  libgit2-dev
  libssl-dev
  libtomlplusplus-dev
  libyaml-cpp-dev
  libzstd-dev
  ninja-build?ninja
  nlohmann-json3-dev
  npm?npm
  pkg-config?pkg-config
  zlib1g-dev'
packages_test='
  bsdutils
  btrfs-progs?mkfs.btrfs
  busybox-static?busybox
  catch2
  clang-14
  clang-format-14
  clang-tidy-14
  cmark-gfm?cmark-gfm
  debootstrap?debootstrap
  docker-registry?docker-registry
  docker.io?dockerd
  e2fsprogs?mkfs.ext4
  fish?fish
  groff
  libclang-rt-14-dev
  libnginx-mod-http-dav-ext
  lld-14
  man-db
  nginx
  openssh-client?ssh
  openssh-server?sshd
  openssl?openssl
  podman?podman
  python3?python3
  python3-jsonschema
  python3-prometheus-client
  python3-venv
  runc
  shellcheck
  uidmap?newuidmap
  universal-ctags
  xfsprogs?mkfs.xfs
  zsh?zsh
  zstd?zstd'
packages_example='
  git?git
  python3
  python3-pandas
  python3-sklearn'
packages_bench='
  borgbackup
  casync
  git-lfs
  make?make
  ninja-build?ninja
  python3-pandas
  python3-venv
  rclone?rclone
  restic
  snakemake?snakemake
  zstd?zstd'
packages_browser='
  chromium'

wanted() {
  for set in "$@"; do
    case $set in
      build) echo "$packages_build" ;;
      test) echo "$packages_test" ;;
      example) echo "$packages_example" ;;
      bench) echo "$packages_bench" ;;
      browser) echo "$packages_browser" ;;
      *)
        echo "install.sh: error: unknown set '$set'" >&2
        echo "hint: sh third_party/install.sh build test example bench browser" >&2
        exit 2
        ;;
    esac
  done
}

missing() {
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
  wanted "$@" | sort -u | while read -r entry; do
    package=${entry%%\?*}
    command=${entry#"$package"}
    command=${command#\?}
    if [ -z "$package" ]; then continue; fi
    if [ -n "$command" ] && command -v "$command" >/dev/null 2>&1; then continue; fi
    if echo "$installed" | grep -Fqx "$package"; then continue; fi
    printf '%s ' "$package"
  done
}

[ $# -gt 0 ] || set -- build
wanted "$@" >/dev/null
if ! command -v apt-get >/dev/null 2>&1; then
  echo "install.sh: error: this is not a Debian system: 'apt-get' is missing" >&2
  echo "hint: install the packages that third_party/README.md lists" >&2
  exit 5
fi
packages=$(missing "$@")
[ -n "$packages" ] || exit 0

root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "install.sh: error: packages are missing, and only root can install them: $packages" >&2
    echo "hint: as root: apt-get install $packages" >&2
    exit 2
  fi
  root=sudo
fi
echo "installing: $packages"
export DEBIAN_FRONTEND=noninteractive
$root apt-get -o DPkg::Lock::Timeout=300 -qq update
# shellcheck disable=SC2086 # package names have no spaces, and each is an argument
$root apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -qq install --yes --no-install-recommends $packages
