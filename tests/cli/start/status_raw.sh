#!/bin/sh
# status -z: a record for every data set and every instance, names raw.
# case 18
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops status -z
is_empty "$out"
name=$(printf 'a\nb\033[31m')
echo 1 >"$name"
echo 2 >plain
mlops data add "$name" plain
echo 3 >plain
expect_code 0 mlops status -z
printf 'data\0unchanged\0%s\0data\0modified\0plain\0' "$name" | cmp - "$out"

printf 'schema = 1\nname = "x"\n[stage.s]\ncmd = "cp plain o"\ndeps = ["plain"]\nouts = ["o"]\n' >pipeline.toml
expect_code 0 mlops status -z
[ "$(tr '\0' '|' <"$out" | tr -d '\n' | sed 's/|[^|]*|$//')" = \
  "data|unchanged|$(printf 'ab\033[31m')|data|modified|plain|instance|would run|s" ]
expect_code 0 mlops status -z --json
json '[d["path"] for d in j["data_sets"]][1] == "plain"'

# A pipeline that cannot run as it is.
echo mine >o
git add --force o
expect_code 0 mlops status -z
[ "$(tr '\0' '|' <"$out" | sed 's/.*plain|//' | tail -n 1)" = "refusal|the out 'o' of 's' holds files that git tracks|" ]
