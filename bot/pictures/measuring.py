"""How wide words are, read from the fonts they are drawn with. One rule: words are cut here, between characters.

The renderer's own cutting splits a character of two halves, and then the whole picture fails.
"""

import json
import struct
from functools import lru_cache
from importlib.resources import files

ELLIPSIS = "…"
_UNKNOWN_WIDTH = 1.0  # of the size: what letters of scripts and emoji of other fonts take at most
_ALONE, _BEFORE, _BETWEEN, _AFTER = range(4)  # the forms of an Arabic letter by the neighbours it is joined to


def measure(words: str, size: float, *, bold: bool = False) -> float:
    """The width of one line; that of two Arabic letters written as one is a little less."""
    regular = _read_widths("salesbell-sans-400.ttf")
    widths = _read_widths("salesbell-sans-600.ttf") if bold else regular
    forms = _read_forms("600" if bold else "400")
    taken, is_joined = 0.0, False
    for one, following in zip(words, f"{words[1:]} ", strict=False):
        own = forms.get(one)
        if own is None:
            taken += widths.get(one) or regular.get(one, _UNKNOWN_WIDTH)
            is_joined = False
            continue
        joins = own[_BEFORE] != own[_ALONE] and following in forms
        place = (_BETWEEN if joins else _AFTER) if is_joined else _BEFORE if joins else _ALONE
        taken, is_joined = taken + own[place] / 1000, joins
    return taken * size


def cut(words: str, width: float, size: float, *, bold: bool = False) -> str:
    """The words, or as much of their beginning as fits with an ellipsis."""
    if measure(words, size, bold=bold) <= width:
        return words
    room, end = width - measure(ELLIPSIS, size, bold=bold), 0
    while end < len(words) and measure(words[: end + 1], size, bold=bold) <= room:
        end += 1
    return f"{words[:end].rstrip(' ,;:-–')}{ELLIPSIS}"


def wrap(words: str, width: float, size: float, most_lines: int, *, bold: bool = False) -> list[str]:
    """Lines that fit, broken between words; the last holds the rest, to be cut where it is drawn."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (len(lines) == most_lines or measure(longer, size, bold=bold) <= width):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def fit_size(words: str, width: float, largest: float, *, bold: bool = False) -> float:
    """The largest size at which the words fit."""
    taken = measure(words, 1, bold=bold)
    return min(largest, width / taken) if taken else largest


@lru_cache(maxsize=2)
def _read_forms(weight: str) -> dict[str, list[int]]:
    """The widths of each Arabic letter alone, before, between and after others, in thousandths of the size."""
    text = (files("bot.pictures") / "assets" / "arabic_widths.json").read_text(encoding="utf-8")
    forms: dict[str, list[int]] = json.loads(text)[weight]
    return forms


@lru_cache(maxsize=2)
def _read_widths(name: str) -> dict[str, float]:
    """Each character's advance, in parts of the size, from a TrueType font's tables head, hhea, hmtx and cmap."""
    font = (files("core") / "fonts" / name).read_bytes()
    count = struct.unpack_from(">H", font, 4)[0]
    entries = (struct.unpack_from(">4s4xII", font, 12 + 16 * index) for index in range(count))
    start = {tag.decode(): offset for tag, offset, _ in entries}
    units = struct.unpack_from(">H", font, start["head"] + 18)[0]
    measured = struct.unpack_from(">H", font, start["hhea"] + 34)[0]
    advances = [struct.unpack_from(">H", font, start["hmtx"] + 4 * glyph)[0] for glyph in range(measured)]
    return {
        chr(code): advances[min(glyph, measured - 1)] / units for code, glyph in _read_characters(font, start["cmap"])
    }


def _read_characters(font: bytes, cmap: int) -> list[tuple[int, int]]:
    """The pairs of code point and glyph of the format 12 table, which covers every plane."""
    tables = struct.unpack_from(">H", font, cmap + 2)[0]
    offsets = [cmap + struct.unpack_from(">I", font, cmap + 8 + 8 * index)[0] for index in range(tables)]
    full = next(offset for offset in offsets if struct.unpack_from(">H", font, offset)[0] == 12)
    groups = struct.unpack_from(">I", font, full + 12)[0]
    spans = (struct.unpack_from(">III", font, full + 16 + 12 * index) for index in range(groups))
    return [(code, glyph + code - first) for first, last, glyph in spans for code in range(first, last + 1)]
