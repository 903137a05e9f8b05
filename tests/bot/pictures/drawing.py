"""What a test needs to look at a picture. One rule: PNG in, pixels out; nothing is compared byte by byte."""

import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PIL import Image

from bot.pictures import Chart, Headline, Point
from bot.pictures.canvas import draw_text as write
from bot.pictures.canvas import make_spec
from core.goals.progress import Status

PAPER, INK = "#ffffff", "#000000"
NASTY = (
    "Deccan Retail & Sons Private Limited, Whitefield, Bengaluru 560066",
    "محمد العتيبي للتجارة العامة والمقاولات المحدودة بالرياض",
    "🔥 Hot 👨‍👩‍👧‍👦 👍🏽 1️⃣ 🇸🇦🇧🇷 ❤️ deals",
    "\u202eevil\u202c \x00 line\nbreak \ud800 \U000f0000 \ue000",
    "",
    "x" * 5000,
    "Z\u0351\u0364\u0351algo",
)
HUGE_E4 = 10**16 * 10_000


def show(png: bytes | None) -> Image.Image:
    """The pixels of a picture."""
    assert png is not None
    picture = Image.open(io.BytesIO(png))
    picture.load()
    return picture.convert("RGB")


def write_line(words: str, *, bold: bool = False) -> dict[str, object]:
    """A sheet with nothing on it but one line of words."""
    return make_spec([write(20, 60, words, INK, 40, bold=bold, limit=500)], 90, PAPER)


def find_columns(picture: Image.Image) -> list[tuple[int, int]]:
    """The stretches of columns that have ink, from the left."""
    dark = picture.convert("L").point(lambda level: 255 if level < 200 else 0)
    columns = [dark.crop((x, 0, x + 1, dark.height)).getbbox() is not None for x in range(dark.width)]
    edges = [x for x in range(1, len(columns)) if columns[x] != columns[x - 1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


def make_chart(labels: Iterable[str], values: Iterable[int | None] = (), **more: object) -> Chart:
    """A chart of the labels with falling values, or with those given."""
    labels = list(labels)
    given = list(values) or [(len(labels) - index) * 123_456_789 for index in range(len(labels))]
    points = tuple(
        Point(label, value, extra=None if value is None else value // 3, note="12 orders", is_own=index == 1)
        for index, (label, value) in enumerate(zip(labels, given, strict=True))
    )
    headline = Headline(1_234_567_0000, 1_500_000_0000, Status.AT_RISK, 12, "vs June 2026", "Best day: 12 July")
    chart = Chart("Sales of the month", "July 2026", points, headline=headline, value_label="Revenue")
    return replace(chart, extra_label="Profit", **more)  # type: ignore[arg-type]


def list_workers(owner: int) -> list[int]:
    """The drawing processes that a process has started."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == owner and b"worker.py" in command:
            found.append(int(folder.name))
    return found
