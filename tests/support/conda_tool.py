"""micromamba's `create`, where no such tool can be had: solved and installed by rattler, the library of pixi.

    create --yes --prefix DIRECTORY --file environment.yml | a list of URLs | conda-lock.yml
"""

import argparse
import asyncio
import os
import platform
import sys

import yaml
from rattler import VirtualPackage, install, solve
from rattler.exceptions import SolverError

SUBDIR = "linux-aarch64" if platform.machine() == "aarch64" else "linux-64"


def urls_in(text):
    """Of a lock; nothing of what says only what is wanted."""
    if "@EXPLICIT" in text:
        lines = [line.strip() for line in text.splitlines()]
        return [line.split("#")[0] for line in lines if line and line[0] not in "#@"]
    document = yaml.safe_load(text)
    packages = document.get("package")
    return packages and [one["url"] for one in packages if one["platform"] == SUBDIR and one["manager"] == "conda"]


async def create(prefix, text):
    urls = urls_in(text)
    if urls:
        channels = sorted({url.rsplit("/", 2)[0] for url in urls})
        names = [url.rsplit("/", 1)[1].removesuffix(".tar.bz2").rsplit("-", 2) for url in urls]
        specs = [f"{name} =={version} {build}" for name, version, build in names]
    else:
        document = yaml.safe_load(text)
        channels, specs = document["channels"], document["dependencies"]
    records = await solve(sources=channels, specs=specs, platforms=[SUBDIR, "noarch"],
                          virtual_packages=VirtualPackage.detect())
    await install(records, target_prefix=prefix, show_progress=False)


def leave(code):
    """Not by Python's own end, in which threads of rattler that are still there can kill the process."""
    os._exit(code)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["create"])
    parser.add_argument("--yes", action="store_true", required=True)
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--file", required=True)
    options = parser.parse_args()
    with open(options.file, encoding="utf-8") as file:
        text = file.read()
    try:
        asyncio.run(create(options.prefix, text))
    except SolverError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        leave(1)
    leave(0)


main()
