"""Whether ffmpeg is here, to test films and sounds with. As a program: prints its path and version."""

import shutil
import subprocess
import sys

import pytest

PROGRAM = shutil.which("ffmpeg")
MISSING = "FILMS AND SOUNDS ARE NOT TESTED: there is no ffmpeg. On Debian or Ubuntu: apt-get install ffmpeg"

needs_ffmpeg = pytest.mark.skipif(PROGRAM is None, reason=MISSING)


def make(*arguments: str) -> None:
    """Run ffmpeg to make a file for a test."""
    assert PROGRAM is not None
    subprocess.run([PROGRAM, "-v", "error", "-nostdin", "-y", *arguments], check=True)


if __name__ == "__main__":
    if PROGRAM is None or shutil.which("ffprobe") is None:
        sys.exit(MISSING)
    said = subprocess.run([PROGRAM, "-version"], capture_output=True, text=True, check=True).stdout
    print(f"{PROGRAM}: {said.splitlines()[0]}")
