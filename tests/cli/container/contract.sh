#!/bin/sh
# What every environment promises holds for containers of both engines (tests/contract/environment_test.cc).
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

suite=$(dirname "$MLOPS")/contract_environment
[ -x "$suite" ] || skip "$suite is not built"
start_docker
start_podman
export MLOPS_TEST_ENGINES="docker podman"
"$suite" >&3 || fail "the suite failed"
engine=docker no_containers
engine=podman no_containers
