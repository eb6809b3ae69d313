#!/bin/sh
# Two files without a prediction are compared in every column; what changed is shown and not judged.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

printf 'id,name,score,note\n1,a,0.5,x\n2,b,1.25,\n3,c,7,z\n' >old.csv
printf 'id,name,score,note\n1,a,0.50,x\n2,B,1.5,y\n3,c,seven,z\n' >new.csv
expect_code 0 mlops diff old.csv new.csv --key id
contains "$out" "PASS" "3 rows aligned by id" "changed: 2 of 3 rows, 4 of 9 cells" "0.2500" "seven"
# The same rows in another order, with other columns: the same answer.
printf 'note,id,extra,score,name\nz,3,0,seven,c\ny,2,0,1.5,B\nx,1,0,0.50,a\n' >shuffled.csv
expect_code 0 mlops diff old.csv shuffled.csv --key id
contains "$out" "changed: 2 of 3 rows, 4 of 9 cells" "'extra'"
# A value that is gone fails; so does a row, which first of all makes the tables not comparable.
printf 'id,name,score,note\n1,,0.5,x\n2,b,nan,\n3,c,7,z\n' >gone.csv
expect_code 1 mlops diff old.csv gone.csv --key id
contains "$out" "FAIL" "new_nonfinite"
printf 'id,name,score,note\n1,a,0.5,x\n3,c,7,z\n' >fewer.csv
expect_code 3 mlops diff old.csv fewer.csv --key id
contains "$out" "1 only old" "not comparable"
expect_code 1 mlops diff old.csv fewer.csv --key id --common
# Reports of predictions need one; flags that speak of it, too.
expect_code 2 mlops diff old.csv new.csv --key id --format html=x.html
error_says "--format html shows predictions" "name it with --prediction"
expect_code 2 mlops diff old.csv new.csv --key id --label name
error_says "--label needs --prediction" "--prediction pred"
expect_code 2 mlops diff old.csv new.csv --key nosuch
contains "$err" "has no column 'nosuch'"
