"""Lighthouse over the main pages of the demo company, as on a throttled phone: `make lighthouse`.

Prints the scores (0 to 100) and what Lighthouse finds wanting. Lighthouse comes from npm for the occasion.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.demo_browser import PERSON, a_thread, demo, sign_in
from tests import chromium

LIGHTHOUSE = "lighthouse@13.5.0"
_CATEGORIES = ("performance", "accessibility", "best-practices")


def main() -> None:
    with demo() as address, tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # Lighthouse looks at the pages in this very browser, which is signed in.
        browser = playwright.chromium.launch_persistent_context(
            f"{folder}/profile",
            executable_path=chromium.path(),
            args=[*chromium.LAUNCH_ARGS, f"--remote-debugging-port={port}"],
        )
        page = browser.pages[0]
        sign_in(page, address)
        paths = {"home": "/", "profile": f"/@{PERSON}", "thread": a_thread(page, address)}
        page.goto("about:blank")
        for name, path in paths.items():
            report = _report(f"{address}{path}", port, Path(folder) / f"{name}.json")
            scores = {
                category: round(report["categories"][category]["score"] * 100) for category in _CATEGORIES
            }
            print(f"{name:8}", "  ".join(f"{category} {score}" for category, score in scores.items()))
            for audit in report["audits"].values():
                if audit.get("score") is not None and audit["score"] < 0.9:
                    print(f"         {audit['title']} {audit.get('displayValue', '')}")
        browser.close()


def _report(address: str, port: int, to: Path) -> dict:
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "npx"), "--yes", LIGHTHOUSE, address, "--quiet", "--output=json",
            f"--output-path={to}", f"--port={port}", "--disable-storage-reset",
            f"--only-categories={','.join(_CATEGORIES)}",
        ],
        capture_output=True,
        check=False,
        text=True,
        env=os.environ | {"NODE_USE_SYSTEM_CA": "1"},
    )  # fmt: skip
    if not to.exists():
        raise RuntimeError(done.stderr)
    return json.loads(to.read_text())


if __name__ == "__main__":
    main()
