"""Compressed files, unpacked into files of their own."""

import gzip
import zlib
from pathlib import Path
from tempfile import mkstemp

from core.errors import InvalidInput

GZIP = b"\x1f\x8b"
CHUNK = 1_000_000
LARGEST_UNPACKED = 4 << 30  # bytes


def unpack(path: Path) -> Path | None:
    """A compressed file's content, in a file of its own that goes when nobody reads it any more."""
    try:
        with path.open("rb") as file:
            if file.read(2) != GZIP:
                return None
    except (OSError, ValueError):
        return None
    handle, name = mkstemp(prefix="salesbell-unpacked-")
    with open(handle, "wb") as copy:
        try:
            with gzip.open(path) as packed:
                while chunk := packed.read(CHUNK):
                    copy.write(chunk)
                    if copy.tell() > LARGEST_UNPACKED:
                        raise InvalidInput(f"{path.name} holds more than {LARGEST_UNPACKED >> 30} GB.", field="file")
        except (OSError, EOFError, zlib.error) as error:
            Path(name).unlink()
            raise InvalidInput(f"{path.name} is compressed, and broken.", field="file") from error
        except InvalidInput:
            Path(name).unlink()
            raise
    return Path(name)
