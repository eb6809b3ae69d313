#!/bin/sh
# Pages of `mlops check --format html`, opened by headless Chromium as those of `mlops diff` are: broken rules beside a
# baseline with hostile names and values, and a table of 1,000 columns.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/html/browser.sh
. "$here/browser.sh"

python3 - <<'END2'
import random

random.seed(5)
long = "a column of a name that goes on and on " * 3
names = ["age", "income", "country", "day", "email", "<img src=x onerror=console.log(1)>", long.strip(), "flag", "empty"]


def write(name, shift):
    with open(name, "w") as file:
        file.write(",".join(names) + ",y\n")
        for i in range(2000):
            file.write(f"{int(random.gauss(40 + shift, 12))},{random.lognormvariate(10, 1):.2f},"
                       f"{random.choice(['FR', 'DE', 'ES', 'IT'][:4 - (shift > 0)])},2024-{1 + i % 12:02}-0{1 + i % 9},"
                       f"p{i}@example.org,{'' if random.random() < .02 * (1 + shift) else i % 7},t{i % 40},"
                       f"{'true' if i % 3 else 'false'},,{i % 2}\n")


write("base.csv", 0)
write("t.csv", 9)
wide = [f"feature_{i:04}" for i in range(1000)]
for name, step in (("wide-base.csv", 0), ("wide.csv", 1)):
    with open(name, "w") as file:
        file.write(",".join(wide) + "\n")
        for row in range(300):
            file.write(",".join(f"{random.gauss(i % 10 * step if i % 97 == 5 else 0, 1):.3f}" for i in range(1000)) + "\n")
END2
cat >policy.toml <<'END2'
schema = 1
[check.people]
table = "t.csv"
baseline = "base.csv"
label = "y"
[[check.people.column]]
name = "age"
type = "int"
min = 20
max = 70
[[check.people.column]]
name = "country"
values = ["FR", "DE", "ES", "IT"]
[[check.people.column]]
name = "day"
type = "date"
[[check.people.column]]
name = "<img src=x onerror=console.log(1)>"
nullable = 0.01
[[check.people.rule]]
kind = "drift"
max = 0.1
[[check.people.rule]]
kind = "pii"
[[check.people.rule]]
kind = "new_labels"
columns = "country"
[check.wide]
table = "wide.csv"
baseline = "wide-base.csv"
[[check.wide.rule]]
kind = "drift"
max = 0.2
END2
for name in people wide; do
  code=0
  "$MLOPS" check "$name" --policy policy.toml --format html="$scratch/$name.html" >/dev/null || code=$?
  [ "$code" -eq 1 ] || fail "mlops check $name ended with $code"
done
if grep -q '<img\|example\.org' people.html; then fail "a name became markup, or a value is shown"; fi
[ "$(grep -c '<figure>' wide.html)" -eq 1000 ] || fail "not every column is drawn"
# The worst first: those that were moved are among those that are seen at once.
sed '/<summary>[0-9,]* columns more/,$d; /more<\/summary>/,$d' wide.html | grep -q 'feature_0199' || fail "what drifted is hidden"
"$MLOPS" check people --policy policy.toml --format html="$scratch/again.html" >/dev/null || true
cmp people.html again.html || fail "a rerun gives other bytes"

judge_pages people wide
echo "the pages are fine at 400 and 1200 pixels, light and dark"
