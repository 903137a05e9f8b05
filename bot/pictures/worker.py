"""The process that draws: specifications in on stdin, PNG out on stdout. One rule: it needs nothing of the project.

Run by its path (`python -I worker.py`), so that it starts in a blink; it ends when its stdin does, which is also
what happens when whoever started it dies. Frames: four bytes of length, then the body; an answer's first byte
tells a picture (P) from the words of an error (E).
"""

import os
import struct
import sys
from pathlib import Path
from typing import BinaryIO

HERE = Path(__file__).resolve().parent
FONTS = HERE.parents[1] / "core" / "fonts"
SCALE = 2


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Draw until the requests end."""
    while len(head := requests.read(4)) == 4:
        body = _answer(requests.read(struct.unpack(">I", head)[0]).decode())
        answers.write(struct.pack(">I", len(body)) + body)
        answers.flush()


def _answer(spec: str) -> bytes:
    try:
        import vl_convert

        return b"P" + bytes(vl_convert.vega_to_png(spec, scale=SCALE))
    except Exception as error:  # the words go back to be logged; the next picture may well succeed
        return b"E" + f"{type(error).__name__}: {error}"[:2000].encode(errors="replace")


def main() -> None:
    """Fonts first, then serve; whatever a library prints goes to stderr, not between the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.environ["FONTCONFIG_FILE"] = str(HERE / "assets" / "fonts.conf")  # ours before the machine's
    if sys.platform != "linux":
        import vl_convert

        vl_convert.register_font_directory(str(FONTS))
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
