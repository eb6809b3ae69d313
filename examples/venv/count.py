"""How often each word stands in a file."""

import collections
import json
import os
import sys

assert sys.prefix == os.environ["VIRTUAL_ENV"], "runs in the venv"
with open(sys.argv[1], encoding="utf-8") as file:
    counts = collections.Counter(file.read().split())
with open("counts.json", "w", encoding="utf-8") as file:
    json.dump(counts, file, sort_keys=True)
