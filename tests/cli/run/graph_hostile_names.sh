#!/bin/sh
# Values that are markup, quotes and control characters stay texts in each form of the graph.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
# shellcheck disable=SC1003 # backslashes of TOML
cat >pipeline.toml <<'END'
schema = 1
[stage.a]
matrix = { m = ["</text><script>alert(1)</script>", "\"]; x --> y", "\u001b[31m", "a&b \\", "\u202e", "x\ny"] }
cmd = "true"
[stage.b]
cmd = "true"
after = ["a"]
END
for form in text dot mermaid svg; do
  expect_code 0 mlops pipeline graph --format "$form"
  lacks "$out" "$(printf '\033')" "$(printf '\342\200\256')"
  cp "$out" "$scratch/$form"
done
[ "$(grep -c '' "$scratch/text")" -eq 13 ] || fail "not a line for each"
lacks "$scratch/mermaid" '"]; x'
lacks "$scratch/mermaid" "<script" "</text>"
lacks "$scratch/svg" "<script"
contains "$scratch/svg" "&lt;script&gt;" "a&amp;b"
python3 - "$scratch/svg" "$scratch/dot" 2>&3 <<'END' || fail "the picture or the dot text is broken"
import re, sys, xml.dom.minidom
svg = xml.dom.minidom.parse(sys.argv[1])
tags = {e.tagName for e in svg.getElementsByTagName("*")}
assert tags == {"svg", "title", "style", "g", "rect", "text", "path"}, tags
assert len(svg.getElementsByTagName("rect")) == 7
dot = open(sys.argv[2], encoding="utf-8").read()
# Without its strings nothing but the shape of the graph is left.
rest = re.sub(r'"(?:[^"\\]|\\.)*"', "S", dot)
assert re.fullmatch(r"digraph pipeline \{\n(  (rankdir=LR|node \[shape=box\]|n\d+ \[label=S\]|"
                    r"n\d+ -> n\d+( \[style=dashed\])?);\n)+\}\n", rest), rest
END
