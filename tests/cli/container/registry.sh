#!/bin/sh
# A registry, by what `pull` says: never, missing and always, with tags that move, digests in names, and no registry at
# all. The digest that the registry has is the environment's: both engines, and who knows only the digest, share results.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

start_docker
start_podman
start_registry
image=$registry/team/box

# push TAG WORD: this tag is an image that says that word, and this machine has none of it.
push() {
  id=$(docker import --change "ENV WORD=$2" "$scratch/box.tar" "$image:$1")
  docker push --quiet "$image:$1" >"$out" 2>"$err"
  docker rmi --force "$id" >"$out"
}

# move_tag FROM TO: in the registry alone.
move_tag() {
  python3 - "http://$registry/v2/team/box/manifests/" "$1" "$2" <<'END'
import sys, urllib.request
place, old, new = sys.argv[1:]
kind = "application/vnd.docker.distribution.manifest.v2+json"
manifest = urllib.request.urlopen(urllib.request.Request(place + old, headers={"Accept": kind})).read()
urllib.request.urlopen(urllib.request.Request(place + new, manifest, {"Content-Type": kind}, method="PUT"))
END
}

push one one
push two two

# with_pull POLICY [IMAGE]
with_pull() {
  cat >pipeline.toml <<END
schema = 1
name = "pulled"
[environment.box]
type = "container"
image = "${2:-$image:1}"
pull = "$1"
[stage.say]
environment = "box"
cmd = "echo \$WORD >out.txt"
deps = ["in.txt"]
outs = ["out.txt"]
END
}

identity() {
  mlops runs show --json >"$out"
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["instances"][0]["environment"])' "$out"
}

for engine in docker podman; do
  export MLOPS_CONTAINER_ENGINE="$engine"
  move_tag one 1
  new_repository "$engine"
  echo in >in.txt

  # Not here: never says what to type, missing brings it.
  with_pull never
  expect_code 5 mlops run
  error_says "$engine has no image '$image:1', and pull is \"never\"" "$engine pull $image:1"
  with_pull missing
  expect_code 0 mlops run
  equals out.txt one
  first=$(identity)
  digest=${first#container:}
  case $first in container:sha256:*) ;; *) fail "no digest of a registry: $first" ;; esac
  [ "$(registry_digest "/v2/team/box/manifests/1")" = "$digest" ] || fail "the registry has another digest than $digest"
  expect_code 0 mlops runs show
  contains "$out" "strong"
  with_pull never
  expect_code 0 mlops run
  contains "$out" "say  cached"
  eval "first_of_$engine=\$first"

  # The tag moves: nobody here knows until somebody asks, and then it is another environment.
  # change tag
  move_tag two 1
  with_pull missing
  expect_code 0 mlops run
  contains "$out" "say  cached"
  with_pull always
  expect_code 2 mlops run --frozen
  contains "$err" "environment"
  expect_code 0 mlops run --explain
  contains "$out" "say  ran" "environment: $(echo "$first" | cut -c 1-22)"
  equals out.txt two
  [ "$(identity)" != "$first" ] || fail "the same identity for another image"

  # A name with a digest is what it is, whatever the tag is now; its result is the one of before.
  with_pull missing "$image@$digest"
  expect_code 0 mlops run -n
  contains "$out" "would restore"
  expect_code 0 mlops run
  contains "$out" "say  restored"
  equals out.txt one
  expect_code 0 mlops run --no-cache
  lacks "$err" "not reproducible"

  # A name that the registry has not, and no registry.
  with_pull missing "$registry/team/none:1"
  expect_code 5 mlops run
  error_says "the image '$registry/team/none:1' cannot be pulled: " "$engine pull $registry/team/none:1"
  stop_registry
  with_pull missing
  expect_code 0 mlops run --no-cache
  with_pull always
  expect_code 5 mlops run
  error_says "the image '$image:1' cannot be pulled: " "$engine pull $image:1"
  equals out.txt two
  start_registry
  no_containers
  cd ..
done
# shellcheck disable=SC2154 # by eval
[ "$first_of_docker" = "$first_of_podman" ] || fail "two identities: $first_of_docker, $first_of_podman"
