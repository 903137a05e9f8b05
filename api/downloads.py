"""Files over HTTP. One rule: sent piece by piece, and let go of however that ends."""

from collections.abc import Mapping

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from core.exports import CONTENT_TYPES, Exported

CHUNK = 256 * 1024


class Download(web.StreamResponse):
    """A file being sent, which is not kept: neither by us, nor by whoever stands in between."""

    def __init__(self, request: web.Request, made: Exported, headers: Mapping[str, str]) -> None:
        described = {
            "Content-Disposition": f'attachment; filename="{made.name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        super().__init__(headers={**headers, **described})
        self.content_type = CONTENT_TYPES[made.format]
        if self.content_type.startswith("text/"):
            self.charset = "utf-8"
        self.content_length = made.path.stat().st_size
        self._made, self._is_head = made, request.method == "HEAD"

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Begin; whoever left before that gets nothing, and the file is let go of."""
        try:
            return await super().prepare(request)
        except BaseException:
            self._made.discard()
            raise

    async def write_eof(self, data: bytes = b"") -> None:
        """Send what the file holds, and end."""
        try:
            if not self._is_head:
                await self._send()
            await super().write_eof(data)
        finally:
            self._made.discard()

    async def _send(self) -> None:
        with self._made.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                await self.write(chunk)
