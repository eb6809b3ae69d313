#!/bin/sh
# Podman without root: outs belong to who runs it, with and without ids of /etc/subuid, a memory limit or an image that
# cannot be had is said, and what was killed is swept.
# failure owner
# shellcheck source=tests/cli/mounts.sh
. "${0%/*}/../mounts.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

need podman runc busybox newuidmap newgidmap setpriv
[ "$(cat /proc/sys/user/max_user_namespaces)" -gt 0 ] || skip "this machine has no user namespaces"

# Users of this mount namespace alone: somebody has ids to give to containers, nobody has none.
somebody=4711
poor=4712
mkdir "$scratch/etc"
for file in passwd group subuid subgid; do
  cp "/etc/$file" "$scratch/etc/$file" 2>/dev/null || : >"$scratch/etc/$file"
done
printf '%s\n' "somebody:x:$somebody:$somebody::$scratch/somebody:/bin/sh" "poor:x:$poor:$poor::$scratch/poor:/bin/sh" \
  >>"$scratch/etc/passwd"
printf '%s\n' "somebody:x:$somebody:" "poor:x:$poor:" >>"$scratch/etc/group"
echo "somebody:200000:65536" | tee -a "$scratch/etc/subuid" >>"$scratch/etc/subgid"
for file in passwd group subuid subgid; do
  [ -e "/etc/$file" ] || : >"/etc/$file"
  mount --bind "$scratch/etc/$file" "/etc/$file"
  mounts="/etc/$file $mounts"
done

# The user's own: home, runtime directory, settings of podman. All that is above has to be passable, the script's
# directory before it stood in its own namespace, too.
chmod 755 "$scratch" "${scratch%/tmp/*}"
mkdir "$scratch/bin"
cp "$MLOPS" "$scratch/bin/mlops"
chmod -R a+rX "$scratch/bin"
busybox_image "$scratch/box.tar"
chmod 644 "$scratch/box.tar"
for user in somebody poor; do
  mkdir -p "$scratch/$user/run" "$scratch/$user/tmp" "$scratch/$user/.config/containers"
  chmod 700 "$scratch/$user/run"
  cat >"$scratch/$user/.config/containers/containers.conf" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[engine.runtimes]
runc = ["/usr/sbin/runc", "/usr/bin/runc"]
END
  printf '[storage]\ndriver = "vfs"\n' >"$scratch/$user/.config/containers/storage.conf"
  chown -R "$user:$user" "$scratch/$user"
done

# as USER COMMAND...: where it stands, with nothing of root's.
as() {
  user=$1
  shift
  (
    cd "$scratch/$user"
    if [ -d repository ]; then cd repository; fi
    exec setpriv --reuid "$user" --regid "$user" --init-groups env -i \
      PATH="$scratch/bin:/usr/bin:/bin:/usr/sbin:/sbin" HOME="$scratch/$user" USER="$user" LC_ALL=C.UTF-8 \
      XDG_RUNTIME_DIR="$scratch/$user/run" TMPDIR="$scratch/$user/tmp" ASAN_OPTIONS="${ASAN_OPTIONS:-}" \
      UBSAN_OPTIONS="${UBSAN_OPTIONS:-}" MLOPS_CONTAINER_ENGINE=podman "$@"
  )
}

trap 'code=$?; set +ex; for user in somebody poor; do as "$user" podman rm --all --force >/dev/null 2>&1; done
  for user in somebody poor; do as "$user" podman unshare rm -rf "$scratch/$user/.local" >/dev/null 2>&1; done
  (exit "$code"); unmount_all' EXIT

as somebody podman import "$scratch/box.tar" box:1 >"$out" 2>"$err" ||
  skip "podman does not work without root here: $(grep -v '^+' "$err" | tail -n 1)"
as somebody podman info --format '{{.Host.Security.Rootless}}' >"$out" 2>"$err"
equals "$out" true

for user in somebody poor; do
  if [ "$user" = poor ] && ! as poor podman import "$scratch/box.tar" box:1 >"$out" 2>"$err"; then
    echo "not shown: podman without ids of /etc/subuid: $(grep -v '^+' "$err" | tail -n 1)" >&3
    continue
  fi
  as "$user" git init --quiet repository
  cat >"$scratch/pipeline.toml" <<'END'
schema = 1
name = "rootless"
[environment.box]
type = "container"
image = "box:1"
pull = "never"
[stage.own]
environment = "box"
cmd = "mkdir -p made/deep; echo x >made/deep/file; touch single; id -u >id"
deps = ["in.txt"]
outs = ["made", "single", "id"]
[stage.next]
environment = "box"
cmd = "cat made/deep/file id >next"
deps = ["made", "id"]
outs = ["next"]
END
  here=$scratch/$user/repository
  cp "$scratch/pipeline.toml" "$here/pipeline.toml"
  echo in >"$here/in.txt"
  chown "$user:$user" "$here/pipeline.toml" "$here/in.txt"
  expect_code 0 as "$user" mlops run
  contains "$out" "2 instances, 2 ran"
  for made in made made/deep made/deep/file single id next; do
    [ "$(stat -c %U "$here/$made")" = "$user" ] || fail "$made belongs to $(stat -c %U "$here/$made")"
  done
  # With ids the user is himself in there, without them root is he.
  case $user in
    somebody) equals "$here/id" "$somebody" ;;
    poor) equals "$here/id" 0 ;;
  esac
  expect_code 0 as "$user" mlops run
  contains "$out" "2 instances, 2 cached"
  rm -r "$here/made"
  expect_code 0 as "$user" mlops run
  contains "$out" "own   restored"
  expect_code 0 as "$user" mlops doctor
  contains "$out" "podman"
done

# Killed: the container lives on until the next run, which removes it.
cat >>"$scratch/somebody/repository/pipeline.toml" <<'END'
[stage.long]
environment = "box"
cmd = "touch started; test -e go || sleep 600; touch long"
deps = ["in.txt"]
outs = ["long"]
END
as somebody mlops run long >"$out" 2>"$err" &
run=$!
for _ in $(seq 300); do [ ! -e "$scratch/somebody/repository/started" ] || break; sleep 0.1; done
kill -9 "$(pgrep -u "$somebody" -x mlops)"
wait "$run" || true
as somebody touch go
expect_code 0 as somebody mlops run long
contains "$err" "what was left of its containers is removed (1)"
expect_code 0 as somebody podman ps --all --quiet
is_empty "$out"
