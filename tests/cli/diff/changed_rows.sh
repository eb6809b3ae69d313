#!/bin/sh
# The changed rows as CSV: keys alone, with --show-values what changed; by key, whatever the order of the files; no
# cell that a spreadsheet runs; what is cut is said.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

cat >old.csv <<'END2'
id,y,p,m,note
10,1,0.9,1,same
9,0,0.2,0,"=1+1"
2,1,0.8,1,"a, ""b"""
=cmd,1,0.3,0,-5
-3,0,0.4,0,x
gone,1,0.5,1,x
END2
cat >new.csv <<'END2'
id,y,p,m,note
-3,0,0.6,1,y
=cmd,1,0.9,1,-5
2,1,0.1,0,"a, ""b"""
9,0,0.3,0,"=1+1"
10,1,0.4,0,same
+new,1,0.5,1,x
END2
set -- old.csv new.csv --key id --label y --prediction m --probability 1=p --positive 1 --common
expect_code 1 mlops diff "$@" --format csv
equals "$out" "set,change,id
files,negative_flip,-3
files,negative_flip,2
files,negative_flip,10
files,only_new,'+new
files,positive_flip,'=cmd
files,only_old,gone"
expect_code 1 mlops diff "$@" --format csv --show-values --columns note
equals "$out" "set,change,id,label,old_prediction,new_prediction,old_score,new_score,old_note,new_note
files,negative_flip,-3,0,0,1,0.4,0.6,x,y
files,negative_flip,2,1,1,0,0.8,0.1,\"a, \"\"b\"\"\",\"a, \"\"b\"\"\"
files,negative_flip,10,1,1,0,0.9,0.4,same,same
files,only_new,'+new,1,,1,,,,x
files,positive_flip,'=cmd,1,0,1,0.3,0.9,-5,-5
files,only_old,gone,1,1,,,,x,"
cp "$out" first.csv
{ head -n 1 new.csv && tail -n +2 new.csv | sort -r; } >turned.csv
expect_code 1 mlops diff old.csv turned.csv --key id --label y --prediction m --probability 1=p --positive 1 --common \
  --format csv --show-values --columns note
diff "$out" first.csv

# The list may be cut, and says so; the figures are of all rows.
expect_code 1 mlops diff "$@" --format csv=rows.csv --limit 2
contains "$out" "csv: the first 2 of 6 changed rows of files; --all lists all"
[ "$(cat rows.csv)" = "set,change,id
files,negative_flip,-3
files,negative_flip,2" ]
expect_code 1 mlops diff "$@" --format csv --limit 1
contains "$err" "the first 1 of 6"
expect_code 1 mlops diff "$@" --format csv=rows.csv --all
[ "$(wc -l <rows.csv)" -eq 7 ]
lacks "$out" "csv: the first"
expect_code 2 mlops diff "$@" --limit 0
error_says "--limit takes a number from 1" "--limit 50"
expect_code 2 mlops diff "$@" --limit 5 --all
expect_code 2 mlops diff "$@" --columns nosuch
contains "$err" "has no column 'nosuch'"

# The other lists have the columns as well; reports for CI only with --show-values.
expect_code 1 mlops diff "$@" --columns note --format md=comment.md --json
json '[w["columns"]["note"] for w in j["predictions"][0]["worst"] if w["key"] == "-3"] == [{"old": "x", "new": "y"}]'
lacks comment.md "| note"
expect_code 1 mlops diff "$@" --columns note --format md --show-values
contains "$out" "note" "x → y"
expect_code 1 mlops diff "$@" --columns note --limit 3 --format html=page.html
contains "$out" "x -> y"
contains page.html "<th>note</th>"

# Of row order the key is the row; of several sets each names its own keys.
python3 -c '
import struct
def npy(name, values):
    head = "{\"descr\": \"<f8\", \"fortran_order\": False, \"shape\": (%d,), }" % len(values)
    head = head.replace("\"", chr(39)).ljust(117) + "\n"
    open(name, "wb").write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + struct.pack("<%dd" % len(values), *values))
npy("a.npy", [1, 2, 3]); npy("b.npy", [1, 2, 4])'
expect_code 0 mlops diff a.npy b.npy --prediction value --task regression --format csv
equals "$out" "set,change,row
files,changed,3"
