"""The servers that are measured side by side take a sale each: a bench that cannot start tells nobody anything."""

from pathlib import Path

import aiohttp
import pytest

from tests.bench.posting.contests import BODY
from tests.bench.posting.server import WAYS


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_records_a_sale(way: str, tmp_path: Path) -> None:
    async with (
        WAYS[way](f"sqlite:///{tmp_path / 'bench.sqlite3'}") as (address, headers),
        aiohttp.ClientSession() as caller,
    ):
        answer = await caller.post(address, json=BODY, headers=headers)
        assert answer.status == 201, await answer.text()
