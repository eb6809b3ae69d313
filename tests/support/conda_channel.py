"""conda_channel.py DIRECTORY: a conda channel of small packages, as conda-build lays it out.

greet 1.0 and 2.0 say who they are, and greet what a script of theirs sets when they are activated; both need words.
"""

import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path

TIME = 1_700_000_000


def archive(place, files):
    with tarfile.open(place, "w:bz2") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(text.encode()), TIME
            info.mode = 0o755 if name.startswith("bin/") else 0o644
            tar.addfile(info, io.BytesIO(text.encode()))


def package(top, subdir, name, version, files, depends=()):
    """Writes it; returns what repodata.json says of it."""
    index = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": list(depends),
             "subdir": subdir, "license": "MIT", "timestamp": 1000 * TIME}
    if subdir == "noarch":
        index["noarch"] = "generic"
    paths = [{"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(text.encode()).hexdigest(),
              "size_in_bytes": len(text.encode())} for path, text in files.items()]
    place = top / subdir / f"{name}-{version}-0.tar.bz2"
    place.parent.mkdir(parents=True, exist_ok=True)
    archive(place, {**files, "info/index.json": json.dumps(index),
                    "info/paths.json": json.dumps({"paths_version": 1, "paths": paths}),
                    "info/files": "".join(f"{path}\n" for path in files)})
    data = place.read_bytes()
    return place.name, {**index, "md5": hashlib.md5(data).hexdigest(), "sha256": hashlib.sha256(data).hexdigest(),
                        "size": len(data)}


def main():
    top = Path(sys.argv[1])
    found = {"noarch": {}, "linux-64": {}, "linux-aarch64": {}}
    for version in ("1.0", "2.0"):
        files = {"bin/greet": f'#!/bin/sh\necho "{version} $GREETING"\n',
                 "etc/conda/activate.d/greet.sh": "export GREETING=hello\n"}
        name, record = package(top, "noarch", "greet", version, files, ["words >=2"])
        found["noarch"][name] = record
    for subdir in ("linux-64", "linux-aarch64"):
        name, record = package(top, subdir, "words", "2.1", {"share/words": "hello\n"})
        found[subdir][name] = record
    for subdir, packages in found.items():
        document = {"info": {"subdir": subdir}, "packages": packages, "packages.conda": {}, "removed": [],
                    "repodata_version": 1}
        (top / subdir / "repodata.json").write_text(json.dumps(document))


main()
