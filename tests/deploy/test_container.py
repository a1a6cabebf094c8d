"""The image itself: built from the Dockerfile by Buildah, and run by Podman as Compose runs it.

No registry is asked. A plain Debian, of the release and the Python that the Dockerfile names, stands in for both of its
bases; what is measured is what is added to it.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.deploy.test_image import MOST
from tests.places import ROOT

pytestmark = pytest.mark.deploy

RELEASE: Final = "trixie"
BASE: Final = "localhost/debian-python"
IMAGE: Final = "localhost/casebot"
CERTIFICATES: Final = "etc/ssl/certs/ca-certificates.crt"

SEALED: Final = (
    *("--rm", "--pull=never", "--network=none", "--no-healthcheck"),
    *("--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL", "--security-opt=no-new-privileges"),
    # Podman's own are higher than a container may set where this one runs in another.
    *("--ulimit=nofile=1000:1000", "--ulimit=nproc=500:500"),
)

HEALTH: Final = """
import asyncio, dataclasses, os, subprocess, sys
from bot.metrics import Metrics
from bot.ops.http import serving
from bot.status import Shard, Status
from bot.store.types import Health

async def check():
    status = Status((Shard(0, connected=True, latency=0.05),), False, 3, 7, 0, 2, 1, Health(None, 4, 0), {})
    async with serving("127.0.0.1", int(os.environ["CASEBOT_HTTP_PORT"]), Metrics(), lambda: status):
        for connected in (True, False):
            status = dataclasses.replace(status, shards=(Shard(0, connected=connected, latency=None),))
            done = await asyncio.to_thread(subprocess.run, sys.argv[1:], capture_output=True)
            print(done.returncode)

asyncio.run(check())
"""
"""Serves the bot's health, good and then bad, and says what the image's own check makes of it."""

WHO: Final = """
import os
print(os.getuid(), os.getgid(), os.getpid())
for place in ("/app/x", "/x", "/tmp/x", "/data/x"):
    try:
        open(place, "w")
    except OSError as error:
        print(place, os.strerror(error.errno))
    else:
        print(place, "written")
"""


@dataclass(frozen=True)
class Store:
    """Where the images are."""

    folder: Path

    def _places(self) -> list[str]:
        return ["--storage-driver=vfs", f"--root={self.folder}/images", f"--runroot={self.folder}/running"]

    def buildah(self, *words: str) -> str:
        """Run a command of Buildah in the clone, and return what it prints."""
        command = ["buildah", *self._places(), *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def podman(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of Podman."""
        command = ["podman", *self._places(), "--cgroup-manager=cgroupfs", "--runtime=runc", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own)

    def run(self, *words: str, entry: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command in a new container, sealed as Compose seals it, and without a network."""
        entrypoint = [f"--entrypoint={entry}"] if entry else []
        return self.podman("run", *SEALED, *entrypoint, IMAGE, *words)

    def inspected(self, image: str) -> dict[str, Any]:
        """Return what an image says about itself."""
        (found,) = json.loads(self.podman("image", "inspect", image).stdout)
        return dict(found)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    folder = Path(tempfile.mkdtemp(prefix="casebot-container-"))
    try:
        made = Store(folder)
        _make_base(made, folder / "debian")
        made.buildah(
            *("build", "--isolation=chroot", "--network=host", "--pull-never", "--format=docker"),
            *(f"--build-arg=BUILD={BASE}", f"--build-arg=BASE={BASE}", f"--build-arg=COMMIT={'0' * 40}"),
            *("--file=deploy/Dockerfile", f"--tag={IMAGE}", "."),
        )
        yield made
    finally:
        shutil.rmtree(folder)


def _make_base(store: Store, debian: Path) -> None:
    packages = "python3,python3-venv,ca-certificates"
    command = ["debootstrap", "--variant=minbase", f"--include={packages}", RELEASE, str(debian)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr
    # The package index is trusted as this machine trusts it, which may be behind a proxy with a certificate of its own.
    shutil.copyfile(Path("/", CERTIFICATES), debian / CERTIFICATES)
    (debian / "etc/pip.conf").write_text(f"[global]\ncert = /{CERTIFICATES}\n", "utf-8")
    container = store.buildah("from", "scratch")
    store.buildah("add", "--quiet", container, str(debian), "/")
    store.buildah("commit", "--quiet", "--rm", container, BASE)
    shutil.rmtree(debian)


def test_it_is_small(store: Store) -> None:
    assert store.inspected(IMAGE)["Size"] - store.inspected(BASE)["Size"] < MOST * 1_000_000


def test_it_answers_without_a_network_and_with_nothing_but_its_data_to_write_on(store: Store) -> None:
    done = store.run("ask", "who was killed?")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Steven Thomas was killed" in done.stdout


def test_it_is_nobody_and_can_write_nothing_but_its_data(store: Store) -> None:
    done = store.run("-c", WHO, entry="/usr/bin/python3")
    assert done.stdout.splitlines() == [
        "65532 65532 1",
        *(f"/{place} Read-only file system" for place in ("app/x", "x", "tmp/x")),
        "/data/x written",
    ], done.stderr


def test_its_check_tells_a_bot_that_is_well_from_one_that_is_not(store: Store) -> None:
    kind, *check = store.inspected(IMAGE)["Healthcheck"]["Test"]
    assert kind == "CMD"
    done = store.run("-c", HEALTH, *check, entry="/usr/bin/python3")
    assert done.stdout.split() == ["0", "1"], done.stderr


def test_it_says_its_version_and_without_a_token_what_to_do(store: Store) -> None:
    assert "(commit 00000000)" in store.run("--version").stdout
    done = store.run()
    assert done.returncode == 2
    assert "There's no token. Set CASEBOT_TOKEN" in done.stderr
