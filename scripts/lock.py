"""Pins every package, also the ones that our own need, into requirements/*.txt and package-lock.json.

Three lists, each containing the one before: `run` is what a server needs, `build` adds what makes the web
assets, `dev` adds the tools for tests and checks. They hold for every platform and Python from 3.11 on.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = {"dev": ["build", "dev"], "build": ["build"], "run": []}  # the largest first: it fixes the versions


def main() -> None:
    os.chdir(ROOT)
    for name, extras in EXTRAS.items():
        lock(name, extras)
    # Only names, versions and checksums: each machine asks the registry that it is set up for.
    npm = [Path(sys.executable).parent / "npm", "install", "--package-lock-only", "--ignore-scripts"]
    subprocess.run(npm, check=True, env=os.environ | {"npm_config_omit_lockfile_registry_resolved": "true"})


def lock(name: str, extras: list[str]) -> None:
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--upgrade"]
    command += ["--python-version", "3.11", "--no-header", "--no-annotate", "--no-emit-index-url"]
    command += [option for extra in extras for option in ("--extra", extra)]
    if name != "dev":
        command += ["--constraint", "requirements/dev.txt"]
    subprocess.run([*command, "pyproject.toml", "--output-file", f"requirements/{name}.txt"], check=True)


if __name__ == "__main__":
    main()
