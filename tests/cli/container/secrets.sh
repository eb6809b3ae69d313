#!/bin/sh
# Secrets reach a container as variables, whatever letters they hold, and as files; no `inspect` of the engine
# has them, no argument vector, log, record, report or lock, and nothing of them stays.
# failure secrets
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

# shellcheck disable=SC2089 # letters of a value
canary='canary-"1"'"'s"' \ $HOME #x'
many="canary-2
with two lines"
# shellcheck disable=SC2090
export canary many
for engine in docker podman; do
  on_engine "$engine"
  for io in bind copy; do
    export MLOPS_CONTAINER_IO="$io"
    new_repository "$engine-$io"
    printf 'canary-3-of-a-file\n' >"$HOME/.token"
    cat >pipeline.toml <<'END'
schema = 1
name = "secret"
[environment.box]
type = "container"
image = "box:1"
pull = "never"
[stage.use]
environment = "box"
cmd = ["sh", "use.sh", "a 'quoted' word"]
env = { set = { PLAIN = "open" } }
secrets = [
  { env = "KEY", local = "env:canary" },
  { env = "MANY", local = "env:many" },
  { file = "/run/token", local = "file:~/.token" },
]
deps = ["use.sh"]
outs = ["out.txt"]
END
    cat >use.sh <<'END'
echo "said $KEY and $MANY and $(cat "$MLOPS_SECRETS/run/token")"
printf '%s' "$1|$PLAIN|$KEY|$MANY" | sha256sum >out.txt
sleep 3
END
    mlops run >"$out" 2>"$err" &
    run=$!
    id=
    for _ in $(seq 300); do
      id=$("$engine" ps --quiet)
      [ -z "$id" ] || break
      sleep 0.1
    done
    [ -n "$id" ] || fail "no container ran"
    "$engine" inspect "$id" >"$scratch/inspected"
    "$engine" ps --all --no-trunc >>"$scratch/inspected"
    contains "$scratch/inspected" "PLAIN=open"
    lacks "$scratch/inspected" canary "two lines" "KEY=" "MANY="
    for file in /proc/[0-9]*/cmdline; do
      if tr '\0' ' ' <"$file" 2>/dev/null | grep -F "canary-" | grep -qvF grep; then
        fail "a value stands in an argument vector: $file"
      fi
    done
    code=0
    wait "$run" || code=$?
    [ "$code" -eq 0 ] || fail "exit code $code"
    [ "$(cat out.txt)" = "$(printf '%s' "a 'quoted' word|open|$canary|$many" | sha256sum)" ] ||
      fail "not all arrived"
    lacks "$out" canary "two lines"
    if grep -rlaF -e canary- -e 'two lines' . "$XDG_CACHE_HOME" "$TMPDIR" >&3; then fail "a value stays"; fi
    no_containers
    cd ..
  done
  unset MLOPS_CONTAINER_IO
done

# An image without a shell: said before anything else is tried, and files reach it.
new_repository no-shell
tree=$scratch/bare-tree
mkdir -p "$tree/bin"
cp "$(command -v busybox)" "$tree/bin/true"
tar -C "$tree" -cf "$scratch/bare.tar" .
podman import "$scratch/bare.tar" bare:1 >"$out" 2>&1
cat >pipeline.toml <<'END'
schema = 1
name = "bare"
[environment.bare]
type = "container"
image = "bare:1"
pull = "never"
[stage.use]
environment = "bare"
cmd = ["/bin/true"]
secrets = [{ env = "KEY", local = "env:canary" }]
END
expect_code 5 mlops run
error_says "the image has no /bin/sh" "declare them as files"
sed -i 's|env = "KEY"|file = "/key"|' pipeline.toml
expect_code 0 mlops run
