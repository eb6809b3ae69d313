#!/bin/sh
# What a user is likely to get wrong ends with a hint that goes on from there.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
echo 1 >data/train.csv
mlops data add data
commit one
echo 1 >loose.csv

refused() {
  next_step=$1
  shift
  expect_code 2 "$@"
  error_says "" "$next_step"
}
refused "did you mean 'loose.csv'?" mlops data add losse.csv
refused "ls -A -- ." mlops data add nosuch
refused "there is no directory 'away'" mlops data add away/x
refused "name each path once" mlops data add loose.csv ./loose.csv
refused "mlops -C <dir>" mlops data add ../elsewhere
refused "mlops data ls -- data" mlops data cat data
refused "mlops data ls --rev HEAD -- data" mlops data cat --rev HEAD data
refused "mlops data ls" mlops data cat data/nosuch
refused "mlops data ls -- data" mlops data checkout data/nosuch
refused "such as 'true'" mlops config data.stage maybe
refused "man 5 mlops-config" mlops config nosuch.setting 1
refused "mlops data ls -h" mlops data ls --rev
cat >pipeline.toml <<'END'
schema = 1
name = "x"
zzzzzzzzzzzz = 1
END
refused "keys here: " mlops run
echo 'x = [' >pipeline.toml
refused "look there for a quote, a bracket" mlops run
