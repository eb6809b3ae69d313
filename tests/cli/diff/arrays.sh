#!/bin/sh
# Predictions that numpy saved give what they give as CSV, by key where a member has one and by their order where
# none has; what only pretends to be an array is refused with exit code 2.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

samples=${0%/*}/samples
printf 'id,truth,answer,score\n1,1,1,0.5\n2,0,0,nan\n3,1,0,-inf\n9007199254740993,0,0,1e-3\n' >old.csv
printf 'id,truth,answer,score\n1,1,1,0.5\n2,0,1,nan\n3,1,1,-inf\n9007199254740993,0,0,2e-3\n' >new.csv
for name in answers.npz answers-deflated.npz answers-records.npy answers-rows.npy answers-fortran.npy objects.npy; do
  cp "$samples/$name" .
done

compare() {
  mlops diff old.csv "$@" --label truth --prediction answer --format json
}
answer_of() {
  compare "$@" | python3 -c 'import json, sys
p = json.load(sys.stdin)["predictions"][0]
print(json.dumps([p[k] for k in ("counts", "metrics", "slices", "groups", "gaps", "rules")], sort_keys=True))'
}
expect_code 0 compare new.csv --key id
json 'j["predictions"][0]["counts"]["matched"] == 4'
json 'j["predictions"][0]["counts"]["negative_flips"] == 1 and j["predictions"][0]["counts"]["positive_flips"] == 1'
wanted=$(answer_of new.csv --key id)
for file in answers.npz answers-deflated.npz answers-records.npy; do
  [ "$(answer_of "$file" --key id)" = "$wanted" ] || fail "$file is another table"
  [ "$(answer_of "$file")" = "$wanted" ] || fail "$file is another table by its order"
done
# Two texts need a key.
expect_code 2 compare new.csv
error_says "--key" "mlops diff old.csv new.csv --key"

# A matrix has columns by number: the truth and the answer.
expect_code 0 mlops diff answers-rows.npy answers-fortran.npy --label value_0 --prediction value_1 --format json
json 'j["predictions"][0]["counts"]["matched"] == 4 and j["predictions"][0]["counts"]["changed"] == 0'
json 'j["predictions"][0]["metrics"]["accuracy"]["new"] == 0.75'

refused() {
  expect_code 2 compare "$1" --key id
  contains "$err" "mlops: error: " "$2"
}
refused objects.npy "'objects.npy': it holds Python objects, which are programs and not read"
contains "$err" "hint: save it with a type of numbers or texts"
head -c 300 answers-records.npy >cut.npy
refused cut.npy "'cut.npy': its header speaks of 128 bytes, 108 follow"
cp new.csv fake.npy
refused fake.npy "'fake.npy': no NPY file: it does not begin as one"
cp new.csv fake.npz
refused fake.npz "'fake.npz': no zip file: it does not end as one"
head -c 700 answers-deflated.npz >cut.npz
refused cut.npz "'cut.npz': no zip file: it does not end as one"

# What no zip tool writes, or one that is up to something.
python3 - <<'END'
import io, struct, zipfile
def npy(shape, data=b""):
    header = ("{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }" % shape).encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data
def write(name, members, method=zipfile.ZIP_STORED, lie=lambda b: b):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for member, content in members:
            file.writestr(zipfile.ZipInfo(member), content, method)
    open(name, "wb").write(lie(out.getvalue()))
import warnings
warnings.simplefilter("ignore")
one = npy("1,", b"\1")
write("twice.npz", [("id.npy", one), ("id.npy", one)])
write("path.npz", [("../id.npy", one)])
write("sum.npz", [("id.npy", one)], lie=lambda b: b.replace(one, npy("1,", b"\2")))
write("lengths.npz", [("id.npy", one), ("truth.npy", npy("2,", b"\1\2"))])
write("bomb.npz", [("id.npy", npy("30000000,", bytes(30000000)))], zipfile.ZIP_DEFLATED)
open("shape.npy", "wb").write(npy("99999999999999999999,"))
END
refused twice.npz "'twice.npz': its member 'id.npy' stands twice"
refused path.npz "'path.npz': its member '../id.npy' has a name that is a path, or no UTF-8"
refused sum.npz "'sum.npz' member 'id.npy': its bytes are damaged (the sum differs)"
refused lengths.npz "member 'truth.npy': it has 2 rows, 'lengths.npz' member 'id.npy' has 1"
refused bomb.npz "'bomb.npz' decompresses to more than 250 times its size"
refused shape.npy "'shape.npy': its shape is larger than any file"
