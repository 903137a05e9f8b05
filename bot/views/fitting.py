"""What is too long for one message. One rule: cut between letters, never inside a mark, and every mark is closed."""

import re

_PIECES = re.compile(r"<(/?)(\w+)[^>]*>|&[#\w]+;|.", re.DOTALL)
SHORTENED = "…"


def clip_html(text: str, longest: int) -> str:
    """Telegram HTML of at most `longest` letters as a person reads them; what does not fit is left out at the end."""
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
