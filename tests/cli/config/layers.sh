#!/bin/sh
# Variable, clone, tracked, user, built-in: the first that has a setting decides.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops config --user data.stage false
expect_code 0 mlops config data.stage
equals "$out" false
[ -f "$XDG_CONFIG_HOME/mlops/config.toml" ]
mlops config --tracked data.stage true
[ -f .mlops/config.toml ]
expect_code 0 mlops config data.stage
equals "$out" true
mlops config data.stage false
expect_code 0 mlops config data.stage
equals "$out" false
MLOPS_DATA_STAGE=true expect_code 0 mlops config data.stage
equals "$out" true
MLOPS_DATA_STAGE=true expect_code 0 mlops config --json
json '[s["origin"] for s in j["settings"] if s["name"] == "data.stage"] == ["MLOPS_DATA_STAGE"]'

# A slip in a variable's name is noticed; variables of other programs are not.
MLOPS_DATA_STAGES=false expect_code 0 mlops config data.stage
contains "$err" "warning: MLOPS_DATA_STAGES is no setting: did you mean MLOPS_DATA_STAGE?"
MLOPS_MODEL_ID=7 MLOPS_PARAMS=p MLOPS_PAGER=cat MLOPS_DATA_STAGE=true expect_code 0 mlops config data.stage
is_empty "$err"
