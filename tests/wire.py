"""A wire between a program and PostgreSQL that can be cut. One rule: what passes is passed on as it is."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import make_url


class Wire:
    """Forwards connections to a server. `cut_at` is when the next COMMIT ends its connection: before or after it."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port = int(self._listener.getsockname()[1])
        self.cut_at: str | None = None
        self.is_down = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection; while `is_down`, each new one too."""
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it for good."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.is_down:
                    client.close()
                    continue
                server = socket.create_connection(self._server)
                self._open += [client, server]
                threading.Thread(target=self._pass_on, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, client, False), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_client: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_client and b"COMMIT" in data and self.cut_at is not None:
                    self._cut_commit(source, target, data)
                    break
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _cut_commit(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        when, self.cut_at = self.cut_at, None
        client.shutdown(socket.SHUT_RDWR)
        if when == "after":
            with contextlib.suppress(OSError):
                server.sendall(data)
                server.shutdown(socket.SHUT_WR)  # it commits, and then finds that nobody listens


@contextmanager
def lay_wire(url: str) -> Iterator[tuple[Wire, str]]:
    """A wire to the database at `url`, and the address at its other end."""
    address = make_url(url)
    wire = Wire((address.host or "127.0.0.1", address.port or 5432))
    try:
        yield wire, address.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
    finally:
        wire.close()
