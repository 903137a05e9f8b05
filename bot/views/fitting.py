"""What is too long for one message. One rule: cut between letters, never inside a mark, and every mark is closed."""

import html
import re

_PIECES = re.compile(r"<(/?)(\w+)[^>]*>|&[#\w]+;|.", re.DOTALL)
SHORTENED = "…"
# The marks that we write, with nothing in them but what we put there: whatever else looks like one is words.
_MARKS = re.compile(
    r'</?(?:b|i|code|pre)>|<blockquote(?: expandable)?>|</blockquote>|<a href="tg://user\?id=\d+">|</a>'
)
_SIGNS = re.compile(r"<[^<>]*>|[<>]|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)")
_NAME = re.compile(r"\w+")


def keep_marks(text: str) -> str:
    """Telegram HTML in which only marks of ours are marks, each closed: no link or picture of anybody else's."""
    is_open: list[str] = []

    def keep(found: re.Match[str]) -> str:
        sign = found[0]
        if _MARKS.fullmatch(sign) is None:
            return html.escape(sign, quote=False)
        tag = _NAME.search(sign)[0]  # type: ignore[index]  # every mark has a name
        if not sign.startswith("</"):
            is_open.append(tag)
        elif not is_open or is_open[-1] != tag:
            return html.escape(sign, quote=False)
        else:
            is_open.pop()
        return sign

    kept = _SIGNS.sub(keep, text)
    return kept + "".join(f"</{tag}>" for tag in reversed(is_open))


def clip_html(text: str, longest: int) -> str:
    """Telegram HTML of at most `longest` letters as a person reads them; what does not fit is left out at the end."""
    text = keep_marks(text)
    if len(text) <= longest:
        return text
    kept: list[str] = []
    is_open: list[str] = []
    letters, at_limit = 0, None
    for piece in _PIECES.finditer(text):
        closes, tag = piece[1], piece[2]
        if tag is None:
            letters += 1
            if letters == longest:
                at_limit = len(kept), list(is_open)
            if letters > longest and at_limit is not None:
                length, is_open = at_limit
                return "".join(kept[:length]) + SHORTENED + "".join(f"</{tag}>" for tag in reversed(is_open))
        elif closes:
            is_open.remove(tag)
        else:
            is_open.append(tag)
        kept.append(piece[0])
    return text
