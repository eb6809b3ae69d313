#!/bin/sh
# The example of a container runs in both engines, with the image under the name that it uses.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

for engine in docker podman; do
  on_engine "$engine"
  new_repository "$engine"
  cp -r "$top/examples/container/." .
  "$engine" tag box:1 busybox:1.36
  expect_code 0 mlops run
  [ "$(tr -s ' ' <counts.txt | tr '\n' ';')" = " 1 apple; 2 pear;" ]
  expect_code 0 mlops run
  contains "$out" "prepare  cached" "count    cached"
  no_containers
  cd ..
done
