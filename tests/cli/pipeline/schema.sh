#!/bin/sh
# pipeline schema: a JSON Schema that takes what validate takes and refuses what it refuses.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# Outside of any repository.
expect_code 0 mlops pipeline schema
json 'j["$schema"] == "https://json-schema.org/draft/2020-12/schema"'
cp "$out" "$scratch/schema.json"
expect_code 0 mlops pipeline schema
cmp "$out" "$scratch/schema.json" || fail "not the same twice"

cat >"$scratch/check.py" <<'END'
import json
import sys
import tomllib

import jsonschema

validator = jsonschema.Draft202012Validator
schema = json.load(open(sys.argv[1], encoding="utf-8"))
validator.check_schema(schema)


def examples(node):
    """Each example of a key is what its own shape takes."""
    for value in node.values() if isinstance(node, dict) else node:
        if isinstance(value, (dict, list)):
            examples(value)
    if isinstance(node, dict) and isinstance(node.get("examples"), list):
        shape = {**node, "$defs": schema["$defs"]}
        for example in node["examples"]:
            validator(shape).validate(example)


examples({key: value for key, value in schema.items() if key != "examples"})
print(sum(1 for _ in validator(schema).iter_errors(tomllib.load(open(sys.argv[2], "rb")))))
END
python3 -c 'import jsonschema' || skip "python3-jsonschema is not installed"
new_repository
head='schema = 1'

# both CODE TEXT: validate ends with it, and the schema agrees.
both() {
  printf '%s\n' "$head" "$2" >pipeline.toml
  expect_code "$1" mlops pipeline validate
  errors=$(python3 "$scratch/check.py" "$scratch/schema.json" pipeline.toml 2>&3)
  if [ "$1" -eq 0 ] && [ "$errors" -ne 0 ]; then fail "the schema refuses: $2"; fi
  if [ "$1" -ne 0 ] && [ "$errors" -eq 0 ]; then fail "the schema takes: $2"; fi
}

errors=$(python3 "$scratch/check.py" "$scratch/schema.json" "$tests/unit/pipeline/data/sample.toml" 2>&3)
[ "$errors" -eq 0 ] || fail "the schema refuses the conformance sample"
both 0 '[stage.a]
cmd = "true"'
both 0 'default = { cmd = ["true"] }
[stage.a]
matrix = { fold = [0, 1], exclude = [{ fold = 1 }] }'
both 2 '[stage.a]
deps = ["x"]'
both 2 '[stage.a]
cmd = "true"
dep = ["x"]'
both 2 '[stage.a]
cmd = 3'
both 2 '[stage.a]
cmd = "true"
timeout = "soon"'
both 2 '[stage.a]
cmd = "true"
retry = { max = 1000 }'
both 2 '[stage.A]
cmd = "true"'
both 2 '[environment.c]
type = "conda"
file = "a.yml"
prefix = "b"'
both 2 '[environment.c]
type = "docker"'
both 2 '[pool.local]
type = "local"
context = "x"'
both 2 'stages = {}'
head='schema = 2'
both 2 '[stage.a]
cmd = "true"'
