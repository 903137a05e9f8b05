"""Uploaded files and their ids. One rule: a file_id always leads to the same bytes."""

import base64
import hashlib
import mimetypes
import re
import struct
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.sandbox.errors import JSON, bad_request

PHOTO_LIMIT_BYTES = 10 * 1024 * 1024
DOCUMENT_LIMIT_BYTES = 50 * 1024 * 1024
DOWNLOAD_LIMIT_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived in a request."""

    name: str
    content: bytes
    mime_type: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file Telegram keeps: `path` is where `/file/bot<token>/` serves it."""

    file_id: str
    name: str
    mime_type: str
    path: str
    content: bytes

    @property
    def unique_id(self) -> str:
        return "AQ" + hashlib.sha256(self.content).hexdigest()[:14]

    def describe(self) -> JSON:
        """The fields all file objects share (file_id, file_unique_id, file_size)."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


class FileStore:
    """All files of one world, by file_id and by path."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.by_path: dict[str, StoredFile] = {}

    def add(self, upload: Upload, folder: str) -> StoredFile:
        """Keep an upload under `folder` (photos, documents). Raises BotApiError 400 for an empty file."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        number = len(self.by_id)
        name = PurePosixPath(upload.name.replace("\\", "/")).name or "file"
        mime_type = upload.mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        suffix = PurePosixPath(name).suffix[:16]
        suffix = suffix if re.fullmatch(r"\.[A-Za-z0-9]+", suffix) else ""
        digest = hashlib.sha256(f"{number}:{name}".encode() + upload.content[:4096]).digest()
        file_id = "BQAC" + base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return self.put(StoredFile(file_id, name, mime_type, f"{folder}/file_{number}{suffix}", upload.content))

    def put(self, stored: StoredFile) -> StoredFile:
        """Keep a file under the id it already has."""
        self.by_id[stored.file_id] = self.by_path[stored.path] = stored
        return stored

    def describe_document(self, stored: StoredFile) -> JSON:
        """The Document object."""
        return {"file_name": stored.name, "mime_type": stored.mime_type, **stored.describe()}

    def describe_photo(self, stored: StoredFile) -> list[JSON]:
        """The PhotoSize list (one size). Raises BotApiError 400 when the bytes are no picture."""
        if len(stored.content) > PHOTO_LIMIT_BYTES:
            raise bad_request("file is too big")
        size = measure_image(stored.content)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = size
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return [{**stored.describe(), "width": width, "height": height}]


def measure_image(content: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels of a PNG, JPEG, GIF or WebP; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
    elif content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
    elif content[:4] == b"RIFF" and content[8:16] == b"WEBPVP8X" and len(content) >= 30:
        width = int.from_bytes(content[24:27], "little") + 1
        height = int.from_bytes(content[27:30], "little") + 1
    elif content[:4] == b"RIFF" and content[8:16] == b"WEBPVP8 " and len(content) >= 30:
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", content[26:30]))
    else:
        return _measure_jpeg(content)
    return (width, height) if width and height else None


def _measure_jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8"):
        return None
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return (width, height) if width and height else None
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return None
