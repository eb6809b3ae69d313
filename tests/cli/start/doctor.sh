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
grep -Eq '^(ok	reflinks	the store.s file system shares blocks|missing	reflinks	the store.s file system copies)	' "$out"

# Only absolute entries of PATH are searched: what lies in the work tree is not what the user installed.
printf '#!/bin/sh\n' >conda && chmod +x conda
mkdir tools && cp conda tools/kubectl
PATH=".::tools:$scratch/bin" expect_code 0 "$MLOPS" doctor
contains "$out" "missing	conda	not in PATH" "missing	kubectl	not in PATH"
PATH="$PWD/tools:$scratch/bin" expect_code 0 "$MLOPS" doctor
contains "$out" "ok	kubectl	$PWD/tools/kubectl"

# Nothing goes without git.
mkdir "$scratch/empty"
PATH="$scratch/empty" expect_code 2 "$MLOPS" doctor
contains "$out" "problem	git	not in PATH	everything"

# On a narrow terminal what is found stays, and what it is for gives way.
COLUMNS=80 PATH="$scratch/bin" expect_code 0 "$MLOPS" doctor
contains "$out" "repository" "through libgit2"
[ "$(wc -L <"$out")" -le 80 ]
