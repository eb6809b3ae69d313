#!/bin/sh
# Reports for CI are what their readers read: JUnit for an XML parser, Markdown for GitHub's renderer,
# OpenMetrics for Prometheus' parser, one annotation a broken rule, GitLab's list; labels stay out.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

command -v cmark-gfm >/dev/null || skip "cmark-gfm is not installed"
python3 -c 'import prometheus_client' 2>/dev/null || skip "python3-prometheus-client is not installed"

two_versions
sed -i 's/^metric.*/name = "all|right <b>@team<\/b>"\n&/' safeguards.toml
expect_code 1 mlops diff v1 v2 --format junit=ci.xml --format md=ci.md --format github --format gitlab=ci.json \
  --format openmetrics=ci.txt
contains "$out" "::error file=safeguards.toml,line=2,"
[ "$(wc -l <"$out")" -eq 1 ]

cat >"$scratch/read.py" <<'END'
import json, sys, xml.etree.ElementTree as xml
from prometheus_client.openmetrics.parser import text_string_to_metric_families
suites = xml.parse("ci.xml").getroot()
cases = suites.findall("testsuite/testcase")
assert suites.get("failures") == "1" and len(cases) == int(suites.get("tests")), suites.attrib
assert len(suites.findall("testsuite/testcase/failure")) == 1
families = {f.name: f for f in text_string_to_metric_families(open("ci.txt").read())}
values = {(s.labels["metric"], s.labels["version"]): s.value for s in families["mlops_diff_metric"].samples}
assert values["accuracy", "old"] == 0.9 and values["accuracy", "new"] == 0.7, values
assert families["mlops_diff_rule_verdict"].type == "stateset"
findings = json.load(open("ci.json"))
assert [f["severity"] for f in findings] == ["major"] and len(findings[0]["fingerprint"]) == 64
assert findings[0]["location"] == {"path": "safeguards.toml", "lines": {"begin": 2}}, findings
END
python3 "$scratch/read.py"

cmark-gfm --unsafe -e table -e autolink ci.md >ci.html
contains ci.html "<strong>FAIL</strong>" "<table>" "<summary>Worst rows</summary>"
lacks ci.html "<b>" "href="
lacks ci.md "<code>1</code>" "label"
mlops diff v1 v2 --format md --show-values >"$out" || [ $? -eq 1 ]
contains "$out" "| key | flip | label | old | new |" "<code>1</code>"
expect_code 1 mlops diff v1 v2 --format openmetrics=again.txt --format md=again.md -q
cmp ci.txt again.txt
cmp ci.md again.md
