"""Whether free text, sent without /sale, is meant as a sale. One rule: when in doubt it is talk."""

import re

from bot.parsing.currencies import currency_pattern, marked_money_pattern
from bot.parsing.grammar import BULLET, COUNT_WORD, END, GREETING, GROUP, HANDLE, MEASURE, VERB
from bot.parsing.numbers import NUMBER
from bot.parsing.spelled import SMALL_WORD, SPELLED
from bot.parsing.tokens import clean_text, fold_case, make_plain, split_note

_COUNT = rf"(?:{NUMBER}|{SPELLED}|{COUNT_WORD}|half a dozen|(?:{GROUP})s?|half (?:a )?(?:{MEASURE}))"
_SOLD = rf"{GREETING}(?:(?:today|yesterday),? )?{VERB}:?"
_MARK = rf"(?:{currency_pattern('')}\.? ?)?"
_MONEY = marked_money_pattern("")
_CODE = r"(?=[^\s,;]*\d)[^\W\d_][\w./]*-[\w./-]*"

# One way to begin a sale, one row; what follows is for `parse_sale` to understand or to refuse.
_SAID_SOLD = (
    # sold 2 griparm; yesterday I sold a cap
    rf"{_SOLD}(?: |\n(?:{BULLET})?| {BULLET})(?:for {HANDLE} )?{_COUNT}(?:[.,] ?|[^\W\d]+ | )[^\s.!]",
    # sold desk lamp x2 and floor lamp x1
    rf"{_SOLD} [^\n]{{1,80}}? [x×] ?\d+{END}",
    # we've just sold SAR 1250; sold 12k
    rf"{_SOLD} (?:for {HANDLE} )?{_MONEY}{END}",
)
_ITEMS_ALONE = (
    # 2x griparm; 3 × solarglow
    rf"(?!0){NUMBER} ?[x×*] ?(?!\d)\w",
    # SOL-3077 x2
    rf"{_CODE} [x×*] ?\d+{END}",
    # 2 SOL-3077
    rf"{_COUNT} {_CODE}{END}",
    # 2 griparm @24.99; two caps 24.99 each
    rf"{_COUNT} [^@\n]{{1,80}}(?:@ ?{_MARK}\d|\d (?:each|apiece){END})",
)


def _compile(*beginnings: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{beginning})" for beginning in beginnings))


_SALE, _SAYS_SOLD = _compile(*_SAID_SOLD, *_ITEMS_ALONE), _compile(*_SAID_SOLD)
_ANY_COUNT = re.compile(rf"(?<!\w)(?:[x×]?\d|(?:{SPELLED}|{SMALL_WORD}|{GROUP})\b)|^{_SOLD} ")
LONGEST_LOOSE = 300


def is_sale_sentence(text: str) -> bool:
    """Whether `text` begins as a sale does ("sold 2 caps", "2 SOL-3077", "2 caps @24.99") and asks no question.

    A lone number, a name or "sold out" is talk. True promises nothing about `parse_sale`, which may still refuse.
    """
    return _begins(text, _SALE)


def says_sold(text: str) -> bool:
    """Whether it is such a sentence and says so with a verb: “2 SOL-3077” may also be what a sale should have been."""
    return _begins(text, _SAYS_SOLD)


def may_count(text: str) -> bool:
    """Whether a private message might say how many of what, in whatever order: “griparm 2”, “sold griparm”.

    It may be talk as well; what is sold decides.
    """
    first = fold_case(make_plain(clean_text(split_note(text)[0])))
    return len(first) <= LONGEST_LOOSE and not first.endswith("?") and _ANY_COUNT.search(first) is not None


def _begins(text: str, pattern: re.Pattern[str]) -> bool:
    first = fold_case(make_plain(clean_text(split_note(text)[0])))
    return not first.endswith("?") and pattern.match(first) is not None
