#!/bin/sh
# doctor names tools, repository, store and disk, and what the missing ones are needed for.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

expect_code 2 mlops doctor
contains "$out" "problem	repository	"

new_repository
expect_code 0 mlops doctor
contains "$out" "ok	git	" "ok	repository	" "no commits yet" "missing	mlops init	run: mlops init" "ok	store	" "ok	disk	"
mlops init
commit one
expect_code 0 mlops doctor --json
json '[f["state"] for f in j["findings"] if f["what"] == "mlops init"] == ["ok"]'
json 'all(set(f) == {"what", "state", "detail", "needed_for"} for f in j["findings"])'
json '{"docker", "podman", "kubectl", "conda", "python3"} <= {f["what"] for f in j["findings"]}'

mkdir "$scratch/bin"
ln -s "$(command -v git)" "$scratch/bin/git"
PATH="$scratch/bin" expect_code 0 "$MLOPS" doctor
contains "$out" "missing	conda	not in PATH	conda environments"
