"""Names that look like marks: shown as they are, whatever message they come in."""

import pytest

from bot.views.fitting import clip_html, keep_marks

LINK = '<a href="https://evil.example">Click</a>'


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<b>3</b> &lt;x&gt;", "<b>3</b> &lt;x&gt;"),
        (LINK, '&lt;a href="https://evil.example"&gt;Click&lt;/a&gt;'),
        ("<b>Ann & <i>Bob</b>", "<b>Ann &amp; <i>Bob&lt;/b&gt;</i></b>"),
        ("</b>x < y > z", "&lt;/b&gt;x &lt; y &gt; z"),
        ("<B><script>", "&lt;B&gt;&lt;script&gt;"),
        ('<a href="tg://user?id=7">Ann</a>', '<a href="tg://user?id=7">Ann</a>'),
        ('<a href="tg://user?id=7" onclick="x">Ann', '&lt;a href="tg://user?id=7" onclick="x"&gt;Ann'),
    ],
)
def test_only_our_own_marks_are_marks(text: str, kept: str) -> None:
    assert keep_marks(text) == kept
    assert clip_html(text, 4096) == kept
    assert keep_marks(kept) == kept
