"""Words from people, made drawable. One rule: what a renderer cannot shape is simplified here, never left as boxes.

The renderer of pictures (resvg) takes letters from another font only where that makes as many glyphs of the text, so
letters and emoji share one font, joined emoji are drawn by their first part, marks that choose a variant are dropped,
and a flag is one private character of that font.
"""

import re
import unicodedata

_DROPPED = re.compile("[\ufe00-\ufe0f\u20e3\u202a-\u202e\u2066-\u2069\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_JOINED = re.compile("([\u2190-\u2bff\U0001f000-\U0001faff])(?:\u200d[\u2190-\u2bff\U0001f000-\U0001faff])+")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_LEADING_EMOJI = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f]+\\s*")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile("[^\\W\\d_]")
_ISOLATE_RIGHT_TO_LEFT, _POP_ISOLATE = "\u2067", "\u2069"
_FLAGS_START = 0xF0000
LONGEST = 300

# The flags our font carries (see core/fonts/NOTICE.md); another is drawn as its two boxed letters.
FLAGS = frozenset(re.findall("..", "SAAEKWBHQAOMYEJOLBIQPSEGMASDTRPKINBDLKNPUSCAGBFRDEITESCNJPKRAUZANGKEEU"))


def prepare(words: str) -> str:
    """One line as the renderer draws it: no control characters, simple emoji, no marks that turn or vary."""
    line = "".join(one if _is_drawable(one) else " " for one in words[:LONGEST])
    line = _JOINED.sub(r"\1", _DROPPED.sub("", " ".join(line.split())))
    return _FLAG.sub(_draw_flag, line)


def isolate(line: str) -> str:
    """A line that begins from the right, kept in that order as a whole."""
    return f"{_ISOLATE_RIGHT_TO_LEFT}{line}{_POP_ISOLATE}" if is_right_to_left(line) else line


def split_emoji(words: str) -> tuple[str, str]:
    """The emoji a line begins with, and the rest."""
    match = _LEADING_EMOJI.match(words)
    return (match.group().strip(), words[match.end() :]) if match else ("", words)


def is_right_to_left(words: str) -> bool:
    """Whether the first letter of the words is written from the right."""
    first = _LETTER.search(words)
    return bool(first and _RIGHT_TO_LEFT.match(first.group()))


def _is_drawable(character: str) -> bool:
    is_flag = _FLAGS_START <= ord(character) < _FLAGS_START + 26 * 26
    return is_flag or unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn")


def _draw_flag(match: re.Match[str]) -> str:
    first, second = (ord(letter) - 0x1F1E6 for letter in match.group())
    carried = f"{chr(65 + first)}{chr(65 + second)}" in FLAGS
    return chr(_FLAGS_START + first * 26 + second) if carried else match.group()
