# shellcheck shell=sh disable=SC2154 # scratch, out, err: of cli/common.sh
# Sourced after cli/common.sh by scripts that need a container engine: starts the real ones, each with its
# own data, socket and configuration in the script's scratch directory, and stops them at the end.

# What is missing here can be installed: on CI that is a failure.
lacking() {
  [ -z "${ON_CI:-}" ] || fail "$*"
  skip "$*"
}

need() {
  [ "$(id -u)" -eq 0 ] || skip "container engines are started as root here"
  for program; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null ||
      lacking "$program is not installed: sh third_party/install.sh test"
  done
}

# busybox_image FILE.tar: a root file system of busybox alone, made once a machine.
busybox_image() {
  cache=$HOST_CACHE/mlops-tests/busybox-$(sha256sum "$(command -v busybox)" | cut -c 1-16).tar
  if [ ! -f "$cache" ]; then
    tree=$scratch/busybox-tree
    mkdir -p "$tree/bin" "$tree/etc" "$tree/tmp" "$tree/proc" "$tree/dev" "$tree/sys"
    chmod 1777 "$tree/tmp"
    cp "$(command -v busybox)" "$tree/bin/busybox"
    for applet in $(busybox --list); do
      [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
    done
    echo 'root:x:0:0:root:/:/bin/sh' >"$tree/etc/passwd"
    mkdir -p "${cache%/*}"
    tar -C "$tree" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$cache.$$" .
    mv "$cache.$$" "$cache"
    rm -rf "$tree"
  fi
  cp "$cache" "$1"
}

dockerd_pid() {
  cat "$scratch/docker/pid" 2>/dev/null
}

# What a dockerd that was killed leaves running.
stop_containerd() {
  pid=$(cat "$scratch/docker/exec/containerd/containerd.pid" 2>/dev/null) || return 0
  kill -9 "$pid" 2>/dev/null
  rm -f "$scratch/docker/exec/containerd/containerd.pid"
  sleep 0.5
}

start_dockerd() {
  mkdir -p "$scratch/docker"
  stop_containerd || true
  rm -f "$scratch/docker/pid"
  PATH="$PATH:/usr/sbin:/sbin" dockerd --data-root "$scratch/docker/data" \
    --exec-root "$scratch/docker/exec" --pidfile "$scratch/docker/pid" --host "$DOCKER_HOST" \
    --iptables=false --ip6tables=false --bridge=none --storage-driver "${STORAGE_DRIVER:-overlay2}" \
    >>"$scratch/docker/log" 2>&1 3>&- &
  for _ in $(seq 600); do
    if docker version >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}

# Docker with one image, box:1.
start_docker() {
  need docker dockerd runc busybox
  export DOCKER_HOST="unix://$scratch/docker/socket" DOCKER_BUILDKIT=0
  trap 'code=$?; set +ex; stop_engines; (exit "$code"); finish' EXIT
  if ! start_dockerd; then
    # overlayfs on overlayfs does not work.
    stop_dockerd
    STORAGE_DRIVER=vfs
    start_dockerd || lacking "dockerd does not start here: $(tail -n 3 "$scratch/docker/log")"
  fi
  busybox_image "$scratch/box.tar"
  docker import "$scratch/box.tar" box:1 >"$out"
}

stop_dockerd() {
  pid=$(dockerd_pid) || return 0
  kill "$pid" 2>/dev/null
  for _ in $(seq 200); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null
  stop_containerd
}

# Podman with one image, box:1: no daemon, runc, and limits that a container within a container may set.
start_podman() {
  need podman runc busybox
  mkdir -p "$scratch/podman"
  cat >"$scratch/podman/containers.conf" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "$scratch/podman/tmp"
[engine.runtimes]
runc = ["/usr/sbin/runc", "/usr/bin/runc"]
END
  cat >"$scratch/podman/storage.conf" <<END
[storage]
driver = "${STORAGE_DRIVER:-overlay}"
graphroot = "$scratch/podman/root"
runroot = "$scratch/podman/run"
END
  export CONTAINERS_CONF="$scratch/podman/containers.conf" \
    CONTAINERS_STORAGE_CONF="$scratch/podman/storage.conf"
  trap 'code=$?; set +ex; stop_engines; (exit "$code"); finish' EXIT
  busybox_image "$scratch/box.tar"
  podman import "$scratch/box.tar" box:1 >"$out" 2>"$err" || lacking "podman does not work here: $(cat "$err")"
}

# A registry of Debian's docker-registry on a port of the loopback, which both engines take without TLS; $registry is
# HOST:PORT, the same each time.
start_registry() {
  need docker-registry
  registry_port=${registry_port:-$(python3 -c '
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')}
  registry=127.0.0.1:$registry_port
  mkdir -p "$scratch/registry"
  cat >"$scratch/registry/config.yml" <<END
version: 0.1
log: { level: warn }
storage: { filesystem: { rootdirectory: "$scratch/registry/data" } }
http: { addr: "$registry" }
END
  printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$registry" >"$scratch/registry/registries.conf"
  export CONTAINERS_REGISTRIES_CONF="$scratch/registry/registries.conf"
  docker-registry serve "$scratch/registry/config.yml" >>"$scratch/registry/log" 2>&1 3>&- &
  registry_pid=$!
  for _ in $(seq 300); do
    if registry_digest / >"$scratch/registry/answer" 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  lacking "docker-registry does not start here: $(tail -n 3 "$scratch/registry/log")"
}

stop_registry() {
  [ -n "${registry_pid:-}" ] || return 0
  kill "$registry_pid" 2>/dev/null || true
  wait "$registry_pid" 2>/dev/null || true
  registry_pid=
}

# registry_digest PATH: the digest that the registry names for it, if any. Fails when nobody answers.
registry_digest() {
  python3 -c '
import sys, urllib.request
accept = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
request = urllib.request.Request(sys.argv[1], method="HEAD", headers={"Accept": accept})
print(urllib.request.urlopen(request, timeout=5).headers.get("Docker-Content-Digest") or "")' "http://$registry$1"
}

stop_engines() {
  stop_registry
  if [ -n "${CONTAINERS_CONF:-}" ]; then
    podman rm --all --force >/dev/null 2>&1
  fi
  if [ -n "${DOCKER_HOST:-}" ]; then
    # shellcheck disable=SC2046 # several ids
    docker rm --force $(docker ps --all --quiet) >/dev/null 2>&1
    stop_dockerd
  fi
  # Deepest first: what an engine that was killed left mounted.
  grep -F "$scratch/" /proc/mounts | cut -d ' ' -f 2 | sort -r | while read -r place; do
    umount -l "$place"
  done
}

# on_engine ENGINE: starts it and makes it the one that mlops uses.
on_engine() {
  engine=$1
  "start_$engine"
  export MLOPS_CONTAINER_ENGINE="$engine"
}

no_containers() {
  [ -z "$("$engine" ps --all --quiet)" ] || fail "containers are left: $("$engine" ps --all)"
}

# python_image FILE.tar: busybox and this machine's own Python, without a registry.
python_image() {
  python=$(readlink -f /usr/bin/python3)
  python_cache=$HOST_CACHE/mlops-tests/python-$(sha256sum "$python" /bin/busybox | sha256sum | cut -c 1-16).tar
  if [ ! -f "$python_cache" ]; then
    python_tree=$scratch/python-tree
    mkdir -p "$python_tree"
    busybox_image "$scratch/base.tar"
    tar -C "$python_tree" -xf "$scratch/base.tar"
    ldd "$python" | grep -o '/[^ ]*' >"$scratch/libraries"
    find "/usr/lib/${python##*/}" -name '*.so' -exec ldd {} + 2>/dev/null |
      grep -o '=> /[^ ]*' | cut -c 4- >>"$scratch/libraries" || true
    sort -u "$scratch/libraries" | while read -r library; do
      mkdir -p "$python_tree${library%/*}"
      cp -L "$library" "$python_tree$library"
    done
    mkdir -p "$python_tree/usr/bin" "$python_tree/usr/lib"
    cp "$python" "$python_tree/usr/bin/"
    ln -s "${python##*/}" "$python_tree/usr/bin/python3"
    tar -C /usr/lib --exclude __pycache__ --exclude test -cf - "${python##*/}" | tar -C "$python_tree/usr/lib" -xf -
    mkdir -p "${python_cache%/*}"
    tar -C "$python_tree" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$python_cache.$$" .
    mv "$python_cache.$$" "$python_cache"
    rm -rf "$python_tree"
  fi
  cp "$python_cache" "$1"
}

# sklearn_image FILE.tar: Debian 12 with the scikit-learn of the quickstart, made by debootstrap from the mirror
# that this machine installs from, once a machine and set of versions.
sklearn_image() {
  for package in python3-pandas python3-sklearn; do
    dpkg -s "$package" >/dev/null 2>&1 || lacking "$package is not installed: sh third_party/install.sh example"
  done
  PATH="$PATH:/usr/sbin:/sbin" command -v debootstrap >/dev/null ||
    lacking "debootstrap is not installed: sh third_party/install.sh test"
  # shellcheck disable=SC2016 # dpkg's and apt's own fields
  sklearn_versions=$(dpkg-query -W -f '${Package} ${Version}\n' python3 python3-numpy python3-pandas python3-sklearn)
  sklearn_cache=$HOST_CACHE/mlops-tests/sklearn-$(echo "$sklearn_versions" | sha256sum | cut -c 1-16).tar
  if [ ! -f "$sklearn_cache" ]; then
    sklearn_tree=$scratch/sklearn-tree
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
    PATH="$PATH:/usr/sbin:/sbin" debootstrap --variant=minbase --include=python3-pandas,python3-sklearn bookworm \
      "$sklearn_tree" "$mirror" >"$out" 2>"$err" || fail "debootstrap: $(tail -n 3 "$out")"
    # What only a compiler, a reader or apt would look at: a third of it.
    for unneeded in usr/include usr/lib/gcc usr/share/doc usr/share/locale usr/share/man var/cache/apt var/lib/apt/lists; do
      rm -rf "${sklearn_tree:?}/$unneeded"
    done
    find "$sklearn_tree/usr/lib" -name '*.a' -delete
    mkdir -p "${sklearn_cache%/*}"
    tar -C "$sklearn_tree" --sort=name --mtime=@0 --numeric-owner -cf "$sklearn_cache.$$" .
    mv "$sklearn_cache.$$" "$sklearn_cache"
    rm -rf "$sklearn_tree"
  fi
  cp "$sklearn_cache" "$1"
}
