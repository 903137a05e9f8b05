"""The grammar of a sale told in words. One rule: one idea, one row; what no row claims is part of a name.

Rows are tried from the top at the beginning of every word. N is a number, M is money, END the end of a word.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from bot.parsing.beside import PAID
from bot.parsing.currencies import currency_pattern, marked_money_pattern, money_pattern
from bot.parsing.dates import DAY_ROWS, MONTH, SHORT_WEEKDAY, Groups
from bot.parsing.numbers import NUMBER
from bot.parsing.sale import Reading
from bot.parsing.spelled import LARGE_WORD, SMALL, SMALL_WORD, SPELLED
from bot.parsing.tokens import fold_case

COUNT_WORDS = {"a": 1, "an": 1, "another": 1} | SMALL
COUNT_WORD = "|".join(sorted(COUNT_WORDS, key=len, reverse=True))
GROUPS = {"dozen": 12, "couple": 2, "pair": 2}
GROUP = "|".join(GROUPS)

END = r"(?=[\s,;]|[.!?:)…]+(?:\s|$)|$)"
CHAT = (
    "hey|hi|hello|hiya|ok|okay|so|well|yes|yep|yay|wow|woohoo|guys|team|boss|all|everyone|and|also|btw|fyi|finally"
    "|good (?:morning|afternoon|evening|news)|great news|just now"
)
GREETING = rf"(?:(?:{CHAT})[,!.:]* )*"
VERB = "(?:(?:i|we)(?:'ve|’ve)? )?(?:(?:have|just|also|already|finally) )*sold"
UNIT = "pcs?|pieces?|units?|nos"
MEASURE = "kgs?|kilos?|kilograms?|l|litres?|liters?|metres?|meters?"
UNCLEAR_UNIT = "g|gr|gms?|grams?|ml|cl|mg|cm|mm|m|mn|oz|lbs?|bn"
EACH = rf"(?: ?/ ?(?:{UNIT}|{MEASURE}|m|ea|each)| (?:per|a) (?:{UNIT}|{MEASURE})| ?(?:each|apiece|ea))"
WHOLE = "(?: (?:on |off )?(?:all|everything|(?:the )?(?:lot|total|whole (?:sale|order))))"
HANDLE = r"@([^\W\d][\w.-]{0,63}?)"
MARKS = "•▪◦‣●▫■➤"  # signs that open an item of a list wherever they stand
BULLET = rf"(?:[-*·] |[{MARKS}✔✅☑] ?|\d{{1,2}}[.)] (?=\d|(?:{COUNT_WORD}) ))(?![\d.,]+ ?%)"
LESS = "(?:less|minus|(?:with )?(?:a )?discount(?: of)?:?) -?"
SLASHED = r"(?=\d+x? [^\W\d]{2})"  # what follows a slash between items: desk lamp/1 floor lamp
SLASH = rf"/(?:(?!{SLASHED[3:-1]})|(?<![^\W\d_]{{3}}/))"  # one inside of a name: A/4 paper
JOINT = (
    rf"(?:,? ?(?:and|&|plus) |, ?|/ |(?<=[^\W\d_]{{3}})/{SLASHED})"
    rf"(?=\.?\d|(?:half|{GROUP}|{COUNT_WORD}|{LARGE_WORD})[ -])"
)
PAYMENT = (
    rf"(?:(?:is |was |has )?(?:not|hasn['’]?t(?: been)?)(?: yet)?(?: been)? paid(?: yet)?|unpaid|(?:will )?pays? later"
    rf"|paid(?: already| in full)?(?:(?: by| in| with| via)? (?:{PAID}))?|(?:by|in|via) (?:{PAID})|on credit|{PAID})"
)
BUYER = r"(?!(?:i|we|you|who|nobody|no one|\d)\b)[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}"
CLOSING = "please|pls|plz|thanks|thank you|thx|yay|woohoo|lol"
PHONE = r"\+\d(?:[ -]?\d){7,14}|0\d(?:[ -]?\d){7,12}"


class Row(NamedTuple):
    """An idea and how it is written. `soft`: it might as well be part of a name, so it may not touch one."""

    idea: str
    pattern: str
    example: str
    soft: bool = False
    read_day: Callable[[str, Groups, Reading], date] | None = None


class Token(NamedTuple):
    """A piece of the text and the idea it was recognised as; `groups` are those of its row's pattern."""

    idea: str
    text: str
    start: int
    end: int
    groups: Groups
    row: Row


def list_rows(currency: str, platforms: tuple[str, ...]) -> tuple[Row, ...]:
    """Every row of the grammar for a company's currency and platforms."""
    n, m, mark = NUMBER, money_pattern(currency), currency_pattern(currency)
    marked = rf" ?{mark}(?!\w)"
    said = rf"(?:{n} and a half(?:{marked})?|{m}|{SPELLED}(?:{marked}|(?!\w))|(?:{SMALL_WORD}){marked})"
    few = rf"(?:{said}|(?:{SMALL_WORD})(?= (?:each|apiece|in total|total){END}|[.!]*(?:$|[\n,;])))"
    known = "|".join(re.escape(fold_case(name)) for name in sorted(platforms, key=len, reverse=True)) or r"(?!)"
    value = rf"({n} ?%|{m})"
    return (
        # between items
        Row("space", r" ", "2 SOL-3077"),
        Row("break", rf"[;\n][ ;\n]*(?:{BULLET})?|^{BULLET}", "2 SOL-3077; 3 SOL-3078"),
        Row("phone", rf"(?:(to|for|customer:?) )?(?:(?:tel|phone|mob(?:ile)?|whatsapp)[.:]* ?)?@?({PHONE}){END}", ""),
        Row("plus", rf"\+(?!\+) ?|[{MARKS}] ?", "2 SOL-3077 + 3 SOL-3078"),
        Row("joint", JOINT, "two caps and a shirt"),
        Row("comma", r",", "2 SOL-3077, etsy"),
        Row("quoted", r'["“„«]([^"“”„«»\n]+)["”“»]' + END, '2 "Rice 5kg"'),
        Row("opener", r"/sale(?:@\w+)?" + END, "/sale 2 SOL-3077"),
        Row("opener", rf"{GREETING}{VERB}:?{END}|sale(?: of)?:?{END}", "sold a cap"),
        Row("fraction", rf"(?:\d+ ?)?[¼½¾⅓⅔⅛⅜⅝⅞]|\d+/\d+(?= ?(?:{MEASURE}|{UNCLEAR_UNIT}){END})", ""),
        # when
        *(Row("day", rf"(?:on )?(?:{day.pattern}){END}", day.example, day.soft, day.read) for day in DAY_ROWS),
        # who, and how it was paid for
        Row("handle", rf"(?:for|by|on behalf of) {HANDLE}{END}", "2 SOL-3077 for @ann"),
        Row("stray", rf"to {HANDLE}{END}", ""),
        Row("buyer", rf"^{GREETING}({BUYER}) (?:has |have |just )*(?:bought|took){END}", "Sara bought 2 SOL-3077"),
        Row("to", rf"(?:to|customer:?|إلى|الى){END}", "2 SOL-3077 to John Doe"),
        Row("payment", PAYMENT + END, "2 SOL-3077 paid by card"),
        # where, and by which coupon
        Row("platform", rf"(?:on|via|through|from) ({known}){END}", "2 SOL-3077 on etsy"),
        Row("platform", rf"({known}){END}", "2 SOL-3077 etsy", soft=True),
        Row("other", r"other ?:", "2 SOL-3077 other: Souk"),
        Row("coupon", rf"#(?!\d+{END})([\w-]+){END}", "2 SOL-3077 #SUMMER"),
        Row("coupon", rf"(?:(?:with|using) )?coupon:? #?([\w-]+){END}", "2 SOL-3077 coupon SUMMER"),
        # money
        Row("discount", rf"- ?({n} ?%)(?: off)?({WHOLE})?{END}", "2 SOL-3077 -10%"),
        Row("minus", rf"- ?{value}(?: off)?({WHOLE})?{END}", "2 SOL-3077 -5"),
        Row("discount", rf"{LESS}{value}(?: off)?({WHOLE})?{END}", "2 SOL-3077 less 5"),
        Row("discount", rf"(?:with )?(?:a )?{value}(?: ?off| discount)({WHOLE})?{END}", "2 SOL-3077 10% off"),
        Row("each", rf"@ ?({said})(?:{EACH})?{END}", "2 SOL-3077 @24.99"),
        Row("each", rf"(?:(?:at|for) )?({said}){EACH}{END}", "2 SOL-3077 24.99 each"),
        Row("each", rf"at ({few}){END}", "2 SOL-3077 at 24.99"),
        Row(
            "total",
            rf"(?:for (?:a total of )?|for(?=\d)|total(?: of)?:? |= ?)({few})(?: (?:in )?total)?{END}",
            "3 caps for 100",
        ),
        # how many
        Row("times", rf"({n}) ?[x×*]{END}", "2x SOL-3077"),
        Row("times", rf"({n})(?:[×*]|x(?!x*l\b))(?=[^\W\d])", "2xSOL-3077"),
        Row("times", rf"[x×*] ?({n}){END}", "SOL-3077 x2"),
        Row("times", rf"({n}) ?(?:{UNIT})\.?{END}(?: of{END})?", "2 pcs SOL-3077"),
        Row("group", rf"(?:({n}|{COUNT_WORD}) |(half )(?:a )?)?({GROUP})s?{END}(?: of{END})?", "two dozen caps"),
        Row("aside", r"\(\d[^()\n]{0,80}\)", "2 SOL-3077 (1 red 1 blue)"),
        Row(
            "halves",
            rf"(?:({n}|{COUNT_WORD}) and a (half) (?:{MEASURE})|(?:(an?|{n}|{COUNT_WORD}) )?(?:{MEASURE}) and a (half)"
            rf"|(half) (?:a )?(?:{MEASURE}))\.?{END}(?: of{END})?",
            "two and a half kg rice",
        ),
        Row("measure", rf"({n}) ?(?:{MEASURE})\.?{END}(?: of{END})?", "2.5 kg rice"),
        Row("spelled", SPELLED + END, "twenty caps"),
        Row("unclear", rf"{n} ?(?:{UNCLEAR_UNIT}){END}", ""),
        Row("count_word", rf"(?:{COUNT_WORD}){END}", "two caps"),
        Row("vague", rf"(?:some|few|several|many|lots|half|dozens){END}", ""),
        Row("of", rf"of(?: (?:the|those|my))?{END}", "two of the caps"),
        Row("amount", rf"{marked_money_pattern(currency)}{END}", "SAR 1250"),
        Row("number", rf"{n}{END}", "1250"),
        # words of the grammar that stand where they say nothing
        Row("stray", rf"(?:at|for|by|on|via|through|from)(?: [^\s,;]+)?{END}", ""),
        Row("stray", rf"(?:off|less|each|apiece|discount|coupon){END}", ""),
        Row("stray", rf"[@#%][^\s,;]*|{n} ?%{END}|{mark}{END}|(?:[x×*] ?)?-\.?\d[^\s,;]*", ""),
        # names
        Row("unclear", r"[(\[{<]\d[^\s,;]*", ""),
        Row("maybe_day", rf"(?:{MONTH}|{SHORT_WEEKDAY}){END}", ""),
        Row("filler", rf"(?:{CLOSING})(?=[ .!]*(?:[\n;]|$))", "2 SOL-3077 please"),
        Row("symbols", r"[^\w\s,;]+(?=[\s,;]|$)", "2 SOL-3077 🎉"),
        Row("word", rf"(?:[^\s,;@/]|{SLASH})+(?:@(?!\d)[^\s,;@]*)*", "SOL-3077"),
    )


class Grammar(NamedTuple):
    """The rows compiled into one pattern, and where the groups of each row are."""

    pattern: re.Pattern[str]
    row_of_group: dict[int, tuple[Row, tuple[int, ...]]]


@lru_cache(maxsize=256)
def build_grammar(currency: str, platforms: tuple[str, ...]) -> Grammar:
    """The compiled grammar of a company; kept, since compiling takes a thousand times as long as reading a sale."""
    rows = list_rows(currency, platforms)
    pattern = re.compile("|".join(f"(?:{row.pattern})()" for row in rows))  # the empty group tells the row
    inner: dict[int, tuple[Row, tuple[int, ...]]] = {}
    group = 0
    for row, count in zip(rows, _count_groups(), strict=True):
        group += count + 1
        inner[group] = (row, tuple(range(group - count, group)))
    return Grammar(pattern, inner)


@lru_cache(maxsize=1)
def _count_groups() -> tuple[int, ...]:
    """How many groups each row's pattern has; the same for every currency and platform."""
    return tuple(re.compile(row.pattern).groups for row in list_rows("", ()))


def read_tokens(text: str, reading: Reading) -> Iterator[Token]:
    """The pieces of a plain text, each with its idea; spaces are left out, nothing else is."""
    pattern, row_of_group = build_grammar(reading.currency, reading.platforms)
    for found in pattern.finditer(fold_case(text)):
        row, inner_groups = row_of_group[found.lastindex or 0]
        if row.idea != "space":
            start, end = found.span()
            groups = tuple(_cut(text, found.span(group)) for group in inner_groups)
            yield Token(row.idea, text[start:end], start, end, groups, row)


def _cut(text: str, span: tuple[int, int]) -> str | None:
    return text[span[0] : span[1]] if span[0] >= 0 else None
