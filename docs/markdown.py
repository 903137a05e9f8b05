"""Markdown, as far as the references need it. One rule: what comes in as plain words comes out as plain words."""

from collections.abc import Iterable, Sequence


def write_code(text: str) -> str:
    """Words as code; nothing for no words."""
    return f"`{text}`" if text else ""


def write_codes(words: Iterable[str]) -> str:
    """Several words as code, with commas."""
    return ", ".join(map(write_code, words))


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar inside a cell stays a bar."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_flatten(cell) for cell in line)} |" for line in lines)


def _flatten(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")


def write_page(title: str, *blocks: str) -> str:
    """A page of its own, which says where it comes from."""
    notice = "<!-- Written by `make docs` from the code. Change the code, not this page. -->"
    return "\n\n".join([notice, f"# {title}", *(block.strip() for block in blocks if block.strip())]) + "\n"
