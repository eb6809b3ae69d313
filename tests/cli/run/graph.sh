#!/bin/sh
# pipeline graph as text, dot, Mermaid and JSON.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 0 mlops pipeline graph
contains "$out" "count" "reads from upper"
expect_code 0 mlops pipeline graph --format dot
contains "$out" "digraph" "upper" "->"
expect_code 0 mlops pipeline graph --format=mermaid
contains "$out" "flowchart" "upper"
expect_code 0 mlops pipeline graph --json
json '[i["instance"] for i in j["instances"]] == ["upper", "count"]'
json 'j["instances"][1] == {"instance": "count", "stage": "count", "enabled": True, "after": ["upper"],
  "deps": ["upper.txt"], "outs": ["count.txt"]}'
expect_code 0 mlops pipeline graph --format svg
contains "$out" "<svg xmlns=" ">upper</text>" ">count</text>" 'class="way"'
python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$out" || fail "no XML"
expect_code 2 mlops pipeline graph --format png
error_says "text | dot | mermaid | svg" "such as --format text"
