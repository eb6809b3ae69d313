#!/bin/sh
# case 19: a revision that looks like a flag is never handed to git as one.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
printf '#!/bin/sh\ntouch "%s/owned"\n' "$scratch" >"$scratch/tool" && chmod +x "$scratch/tool"
expect_code 2 mlops data ls "--rev=--upload-pack=$scratch/tool"
contains "$err" "--upload-pack="
expect_code 2 mlops diff -- "--upload-pack=$scratch/tool" v1
expect_code 2 mlops diff -- -v1
expect_code 2 mlops data cat "--rev=--output=$scratch/owned" answers.csv
expect_code 2 mlops diff "ext::$scratch/tool" v1
[ ! -e "$scratch/owned" ]
