#!/bin/sh
# An image is built from the repository when what goes into it changed, and only then.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

# A client may want a component for it that Debian does not have, where Debian's own client has it built in.
client_with_buildkit() {
  mkdir "$scratch/empty" "$scratch/clients"
  for client in "$(command -v docker)" /usr/bin/docker; do
    if printf 'FROM scratch\nCOPY . /\n' | DOCKER_BUILDKIT=1 "$client" build --quiet --file - "$scratch/empty" \
      >"$out" 2>"$err"; then
      ln -s "$client" "$scratch/clients/docker"
      PATH=$scratch/clients:$PATH
      return 0
    fi
  done
  lacking "no docker here builds with BuildKit: $(tail -n 3 "$err")"
}

for engine in docker podman; do
  on_engine "$engine"
  new_repository "$engine"
  mkdir image
  printf '# a comment\nFROM box:1 AS base\nFROM base\nCOPY tool /bin/tool\n' >image/Dockerfile
  printf '*.log\n' >image/.dockerignore
  # shellcheck disable=SC2016 # the tool's own
  printf '#!/bin/sh\necho one > "$1"\n' >image/tool
  chmod +x image/tool
  cat >pipeline.toml <<'END'
schema = 1
name = "built"
[environment.own]
type = "container"
build = { context = "image" }
pull = "never"
[stage.use]
environment = "own"
cmd = ["tool", "out.txt"]
deps = ["data.txt"]
outs = ["out.txt"]
END
  echo data >data.txt
  expect_code 0 mlops run --json
  json_lines '[one["grade"] for one in j if one.get("instance") == "use" and "grade" in one] == ["pinned"]'
  [ "$(cat out.txt)" = one ]
  images=$("$engine" images --quiet --no-trunc | sort -u)
  echo noise >image/noise.log
  touch image/tool
  expect_code 0 mlops run
  contains "$out" "use  cached"
  expect_code 0 mlops run --no-cache
  [ "$("$engine" images --quiet --no-trunc | sort -u)" = "$images" ] || fail "it was built again"

  sed -i 's/one/two/' image/tool
  expect_code 0 mlops run -n
  contains "$out" "use  would run"
  expect_code 0 mlops run
  [ "$(cat out.txt)" = two ]

  # By the other builder that dockerd has, from the same files: the same image to us, made anew only when they change.
  if [ "$engine" = docker ]; then
    client_with_buildkit
    export DOCKER_BUILDKIT=1
    expect_code 0 mlops run
    contains "$out" "use  cached"
    sed -i 's/two/three/' image/tool
    expect_code 0 mlops run --json
    json_lines '[one["grade"] for one in j if one.get("instance") == "use" and "grade" in one] == ["pinned"]'
    [ "$(cat out.txt)" = three ]
    images=$(docker images --quiet --no-trunc | sort -u)
    expect_code 0 mlops run --no-cache
    [ "$(docker images --quiet --no-trunc | sort -u)" = "$images" ] || fail "BuildKit built it again"
    export DOCKER_BUILDKIT=0
  fi

  # An out in the context would ask for another image each time.
  sed -i 's|"out.txt"|"image/out.txt"|' pipeline.toml
  expect_code 0 mlops run || true
  expect_code 2 mlops run
  error_says "the out 'image/out.txt' lies in the build context 'image'" "image/.dockerignore"
  rm -f image/out.txt
  sed -i 's|"image/out.txt"|"out.txt"|' pipeline.toml

  echo 'RUN nonesuch' >>image/Dockerfile
  expect_code 5 mlops run
  error_says "environment.own.build: the image cannot be built: " "$engine build --file image/Dockerfile image"
  rm image/Dockerfile
  expect_code 2 mlops run
  contains "$err" "there is no 'image/Dockerfile'"
  no_containers
  cd ..
done
