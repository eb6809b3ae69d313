#!/bin/sh
# pipeline.toml is looked for at the top; one that lies where the user stands is named with its command.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir sub
cd sub
expect_code 2 mlops run
error_says "there is no 'pipeline.toml' at the top of the repository" "mlops pipeline --help"
printf 'schema = 1\nname = "x"\n[stage.a]\ncmd = "echo made > sub/out.txt"\nouts = ["sub/out.txt"]\n' >pipeline.toml
expect_code 2 mlops run
error_says "there is no 'pipeline.toml' at the top of the repository" "mlops run pipeline.toml"
expect_code 0 mlops run pipeline.toml
[ "$(cat out.txt)" = made ]
expect_code 2 mlops run other.toml
contains "$err" "there is no 'sub/other.toml'"
