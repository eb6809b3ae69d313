#!/bin/sh
# Reports for CI are what their readers read: JUnit for an XML parser, OpenMetrics for Prometheus' parser, one
# annotation a broken rule, GitLab's list, Markdown for GitHub's renderer; the same bytes on a rerun.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

command -v cmark-gfm >/dev/null || skip "cmark-gfm is not installed"
python3 -c 'import prometheus_client' 2>/dev/null || skip "python3-prometheus-client is not installed"

new_repository
cat >safeguards.toml <<'END'
schema = 1
[check.c]
table = "t.csv"
[[check.c.column]]
name = "a|<b>"
type = "int"
min = 0
[[check.c.rule]]
kind = "rows"
min = 9
severity = "warn"
END
printf '"a|<b>",z\n1,1\nx,2\n-1,3\n' >t.csv
expect_code 1 mlops check --format github --format junit=c.xml --format md=c.md --format gitlab=c.json \
  --format openmetrics=c.txt
contains "$out" "::error file=safeguards.toml,line=4,title=mlops check%3A type [a|<b>]" \
  "::warning file=safeguards.toml,line=8"
[ "$(wc -l <"$out")" -eq 3 ]
cat >"$scratch/read.py" <<'END'
import json, xml.etree.ElementTree as xml
from prometheus_client.openmetrics.parser import text_string_to_metric_families
suites = xml.parse("c.xml").getroot()
cases = suites.findall("testsuite/testcase")
assert suites.get("failures") == "2" and len(cases) == int(suites.get("tests")) == 3, suites.attrib
assert cases[0].get("classname") == "mlops.check.c.a|<b>", cases[0].attrib
families = {f.name: f for f in text_string_to_metric_families(open("c.txt").read())}
assert families["mlops_check_rows"].samples[0].value == 3
values = {s.labels["rule"]: s.value for s in families["mlops_check_rule_value"].samples}
assert values == {"type a|<b>": 1, "range a|<b>": 1, "rows": 3}, values
findings = json.load(open("c.json"))
assert [f["severity"] for f in findings] == ["major", "major", "minor"], findings
assert findings[0]["location"] == {"path": "safeguards.toml", "lines": {"begin": 4}}, findings
END
python3 "$scratch/read.py"
cmark-gfm --unsafe -e table c.md >c.html
contains c.html "<strong>FAIL</strong>" "<table>"
lacks c.html "<b>"
expect_code 1 mlops check -q --format md=again.md --format openmetrics=again.txt --format junit=again.xml
is_empty "$out"
cmp c.md again.md
cmp c.txt again.txt
cmp c.xml again.xml
