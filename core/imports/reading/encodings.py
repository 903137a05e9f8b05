"""Which encoding bytes are in. One rule: what a file proves is taken; else what reads best, with a word of it shown."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
LABELS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)", "cp1253": "Windows-1253 (Greek)", "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)", "cp1256": "Windows-1256 (Arabic)", "iso8859_5": "ISO-8859-5 (Cyrillic)",
    "iso8859_6": "ISO-8859-6 (Arabic)", "koi8_r": "KOI8-R (Cyrillic)", "cp866": "DOS 866 (Cyrillic)",
    "cp850": "DOS 850 (Western Europe)", "mac_roman": "Mac Roman", "cp932": "Shift JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)", "gb18030": "GB 18030 (Chinese)", "big5": "Big5 (Chinese)",
    "cp949": "EUC-KR (Korean)",
}  # fmt: skip
# What bytes that are no UTF-8 may be in: of two that read as well the earlier is taken.
_ONE_BYTE = ("cp1252", "cp1254", "cp1250", "cp1251", "cp1256", "cp1253", "cp1255", "koi8_r", "cp850", "mac_roman",
             "cp866", "iso8859_5", "iso8859_6")  # fmt: skip
_TWO_BYTES = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
_STRICTER = {"cp949": "euc_kr"}  # whose further characters hardly anybody writes, and nearly any bytes are
KANA = ("HIRAGANA", "KATAKANA")
PRIOR = 0.1
MOST_WORDS = 400
LONGEST_START = 20  # bytes of a word before its first one beyond ASCII
_WIDE = re.compile(rb"[\x80-\xff][^\x00-\x20,;\t|\x22]*")
_START = re.compile(rb"[0-9A-Za-z]*\Z")


def find_by_start(start: bytes) -> str | None:
    """The encoding a file's first bytes prove: by a mark, or by the zeros that wide characters of ASCII have."""
    for bom, name in BOMS:
        if start.startswith(bom):
            return name
    sample = start[: len(start) // 4 * 4]
    if len(sample) < 8 or b"\0" not in sample:
        return None
    zeros = [sample[place::4].count(0) * 4 / len(sample) for place in range(4)]
    for name, pattern in (("utf-32-le", "0111"), ("utf-32-be", "1110"), ("utf-16-le", "0101"), ("utf-16-be", "1010")):
        if all((share > 0.6) if mark == "1" else (share < 0.4) for share, mark in zip(zeros, pattern, strict=True)):
            return name
    return None


def find_wide_words(chunk: bytes) -> Iterable[bytes]:
    """The first words of a piece of text that have bytes beyond ASCII."""
    for found in islice(_WIDE.finditer(chunk), MOST_WORDS):
        before = chunk[max(0, found.start() - LONGEST_START) : found.start()]
        yield _START.search(before)[0] + found[0]  # type: ignore[index]


def choose_encoding(words: Iterable[bytes]) -> str:
    """What bytes that are no UTF-8 read best in."""
    words = list(words)
    return max((*_ONE_BYTE, *_TWO_BYTES), key=lambda name: _score_all(words, name))


def show_word(words: Iterable[bytes], encoding: str) -> str | None:
    """A word as it reads in an encoding, for somebody to judge."""
    read = (word.decode(encoding, "replace") for word in words)
    return next((word for word in read if any(map(str.isalpha, word)) and not word.isascii()), None)


def _score_all(words: Sequence[bytes], encoding: str) -> float:
    """How well words read, for each byte beyond ASCII."""
    is_wide, total, read = encoding in _TWO_BYTES, 0.0, ""
    for word in words:
        try:
            text = word.decode(_STRICTER.get(encoding, encoding))
        except UnicodeDecodeError:
            total -= 2 * len(word)
            continue
        total += 2 * _score_wide(text) if is_wide else _score(text)
        read += text
    if encoding == "cp1252":
        total += len(words) * PRIOR  # the likeliest, where others read nearly as well
    if encoding in ("cp932", "euc_jp") and not any(_name_script(one) in KANA for one in read):
        total -= len(read) * PRIOR  # Japanese without a kana
    if read.islower():
        total -= len(read) * PRIOR  # names without a capital
    return total


def _score_wide(word: str) -> float:
    """How well a word reads whose characters have two bytes: they seldom stand amid Latin letters."""
    score, before = 0.0, " "
    for character in word:
        if character.isascii() != before.isascii() and character.isalpha() and before.isalpha():
            score -= 1.5
        if not character.isascii():
            score += _score_ideograph(character)
        before = character
    return score


def _score_ideograph(character: str) -> float:
    script = _name_script(character)
    if script in KANA or "\uac00" <= character <= "\ud7a3":
        return 1.3
    return 0.9 if script == "CJK" and character <= "\u9fff" else -1


def _score(word: str) -> float:
    """Letters beside letters of their script are words; signs amid letters and capitals after small ones are not."""
    score, before = 0.0, " "
    for character in word:
        if not character.isascii():
            score += _score_one(before, character)
        elif not before.isascii() and before.isalpha() and character.isalnum():
            is_odd = not _go_together(before, character) or (before.islower() and character.isupper())
            score -= 1 if is_odd else 0
        before = character
    return score


# Signs that Windows-1252 is known by, what they stand after, and how sure that makes.
_TELLING = (
    ("’", lambda before: before.isalpha() and before.isascii(), 1.6),  # Bob’s: hardly a letter amid Latin ones
    ("°½¼¾", lambda before: before.isdigit() or before == " ", 2.0),  # 180°C, 1½
    ("–—±®µ", lambda before: before.isdigit() or before == " ", 1.3),  # between words, before a number
    ("™®", str.isascii, 1.3),
)


def _score_one(before: str, character: str) -> float:
    telling = (score for signs, follows, score in _TELLING if character in signs and follows(before))
    return next(telling, None) or _score_letter(before, character)


def _score_letter(before: str, character: str) -> float:
    script = _name_script(character)
    if script == "":
        if character in "\xa0®™©’”":
            return 0.6
        return 0.4 if character in "£€¥°–—‘“…×½¼¾«»" and not before.isalpha() else -1.5
    if before.isalnum() and not _go_together(before, character):
        return -1
    if (before.islower() and character.isupper()) or character in "ÞþÐð":
        return -1
    return 0.2 if script == "LATIN" and not before.isascii() else 1  # accents stand alone


def _go_together(one: str, other: str) -> bool:
    return _name_script(one) == _name_script(other)


@lru_cache(maxsize=4096)
def _name_script(character: str) -> str:
    """LATIN, CYRILLIC …; empty for what is no letter."""
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "").split(" ")
    return "" if name[0] in ("FEMININE", "MASCULINE", "MICRO", "MODIFIER") else name[0]
