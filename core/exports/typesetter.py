"""The process that sets a page: its data as JSON in on stdin, a PDF out on stdout. One rule: it needs nothing of ours.

Run by its path (`python -I typesetter.py`): what it takes in memory is given back when it ends, and nobody who waits
for it holds anybody else up.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "fonts"


def main() -> None:
    """Set one page; a fault is told in words on stderr."""
    try:
        import typst

        data = sys.stdin.buffer.read().decode()
        made: bytes = typst.compile(HERE / "page.typ", sys_inputs={"data": data}, font_paths=[FONTS])
    except Exception as error:  # the words go back to be logged
        sys.stderr.write(f"{type(error).__name__}: {error}"[:2000])
        sys.exit(1)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
