"""A real PostgreSQL for tests and benches. One rule: the machine's own binaries, a temporary folder, nobody's root."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ADDRESS_VARIABLE = "SALESBELL_TEST_POSTGRES_URL"


def find_binaries() -> Path | None:
    """The folder with PostgreSQL's server programs, if this machine has one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    if found:
        return found[0].parent
    return Path(on_path).resolve().parent if on_path else None


def _become_unprivileged(folder: Path) -> list[str]:
    """What to put before a command so that it does not run as root; hands the folder over."""
    if os.geteuid() != 0:
        return []
    user = next(name for name in ("postgres", "nobody") if _is_user(name))
    account = pwd.getpwnam(user)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_postgres(*, is_durable: bool = False) -> Iterator[str | None]:
    """The address of a PostgreSQL to test on, or None where there is neither an address nor a server.

    `is_durable`: a commit waits for the disk, as it does by PostgreSQL's own defaults.
    """
    address, binaries = os.environ.get(ADDRESS_VARIABLE), find_binaries()
    if address or binaries is None:
        yield address
        return
    folder = Path(tempfile.mkdtemp(prefix="salesbell-postgres-", dir="/tmp"))
    before, port = _become_unprivileged(folder), _free_port()
    data = folder / "data"
    subprocess.run(
        [*before, binaries / "initdb", "-D", data, "-U", "salesbell", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True,
        capture_output=True,
        cwd="/tmp",
    )
    options = ["-p", str(port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
    if not is_durable:  # nothing here outlives the tests
        options += ["-c", "fsync=off", "-c", "full_page_writes=off"]
    server = subprocess.Popen(
        [*before, binaries / "postgres", "-D", data, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/tmp",
    )
    try:
        _wait_until_ready(binaries, port)
        yield f"postgresql://salesbell@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: there is nothing to save
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(binaries: Path, port: int) -> None:
    for _ in range(300):
        if (
            subprocess.run([binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False).returncode
            == 0
        ):
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start within 30 seconds")
