"""Where the Chromium for browser tests is, and how to start it. As a program: prints its path and version."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")

# Without the network switches Chromium looks up its maker's hosts at every start.
LAUNCH_ARGS = [
    "--no-sandbox",  # tests may run as root, where Chromium's sandbox cannot
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NoChromium(Exception):
    """There is no Chromium that starts; the message says how to get one."""


def path() -> str:
    """The Chromium to test with: the one `OFFICETALK_CHROMIUM` names, else the first on PATH."""
    chosen = os.environ.get("OFFICETALK_CHROMIUM")
    for name in (chosen,) if chosen else NAMES:
        if found := shutil.which(name):
            return found
    raise NoChromium(
        f"OFFICETALK_CHROMIUM is {chosen!r}, which is no program."
        if chosen
        else "The browser tests need Chromium: apt-get install chromium, or name one in OFFICETALK_CHROMIUM."
    )


def version(executable: str) -> str:
    """Runs `executable` to ask for its version, which shows that it starts."""
    answer = subprocess.run([executable, "--version", "--no-sandbox"], capture_output=True, text=True)
    if answer.returncode:
        raise NoChromium(f"{executable} does not start: {answer.stderr.strip()}")
    return answer.stdout.strip()


if __name__ == "__main__":
    try:
        executable = path()
        print(f"{executable}: {version(executable)}")
    except NoChromium as problem:
        sys.exit(str(problem))
