"""An S3-compatible store of the tests' own: nanio, which keeps buckets as folders and checks signatures."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ACCESS_KEY, SECRET_KEY = "officetalk-tests", "a secret of the tests"
BUCKET = "media"


class S3:
    """The server, on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        (self._data / BUCKET).mkdir(parents=True)
        self._log = folder / "log"
        self.port = _free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What chooses this store."""
        return {
            "media": f"s3://{BUCKET}", "s3_endpoint": self.endpoint, "s3_region": "eu-test-1",
            "s3_access_key": ACCESS_KEY, "s3_secret_key": SECRET_KEY,
        }  # fmt: skip

    def start(self) -> None:
        environment = {**os.environ, "NANIO_ACCESS_KEY": ACCESS_KEY, "NANIO_SECRET_KEY": SECRET_KEY}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable, "-m", "nanio", "serve", "--data-dir", str(self._data),
                    "--host", "127.0.0.1", "--port", str(self.port), "--no-access-log",
                ],
                env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 30
        while not _answers(self.port):
            assert self._process.poll() is None and time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def names(self) -> list[str]:
        """The names of what is stored, with the prefix."""
        bucket = self._data / BUCKET
        found = (path.relative_to(bucket) for path in bucket.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if not any(part.startswith(".") for part in path.parts))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
