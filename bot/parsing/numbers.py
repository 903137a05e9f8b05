"""Numbers as people write them, made exact. One rule: a number that could be two amounts is refused, never guessed."""

import re
from decimal import Decimal

from bot.parsing.refusals import refuse, refuse_all
from core.money import E3, E4, LARGEST_E4

# A number anywhere in a line, separators included; what they mean is decided by SHAPES below.
GROUPED = r"\d{1,3}(?:[ '’]\d{3})+(?![\w%])(?:[.,٫]\d+)?"
NUMBER = rf"(?>{GROUPED}|\.?\d+(?:[.,٫٬'’]\d+)*)"

# One shape, one row: what it looks like, the separators to drop, the decimal sign. The first that fits wins.
SHAPES = tuple(
    (re.compile(pattern), dropped, decimal_sign)
    for pattern, dropped, decimal_sign in (
        (r"\d+", "", ""),  # 1250
        (r"\d*\.\d+", "", "."),  # 24.99  0.250  .5
        (r"[1-9]\d{0,2}(?:,\d{3})+(?:[.٫]\d+)?", ",", "."),  # 1,250  1,250,000.50
        (r"[1-9]\d?(?:,\d{2})+,\d{3}(?:[.٫]\d+)?", ",", "."),  # 1,25,000 as in India
        (r"\d+,\d+", "", ","),  # 12,50  0,250
        (r"[1-9]\d{0,2}(?:\.\d{3})+,\d+", ".", ","),  # 1.250,50
        (r"[1-9]\d{0,2}(?:\.\d{3}){2,}", ".", ""),  # 1.250.000
        (r"[1-9]\d{0,2}(?: \d{3})+(?:[.,٫]\d+)?", " ", ","),  # 1 250,50
        (r"[1-9]\d{0,2}(?:['’]\d{3})+(?:[.,]\d+)?", "'’", "."),  # 1'250.50 as in Switzerland
        (r"[1-9]\d{0,2}(?:٬\d{3})+(?:٫\d+)?", "٬", "٫"),  # ١٬٢٥٠٫٥٠, its digits already made plain
        (r"\d+٫\d+", "", "٫"),  # ١٢٫٥٠
    )
)
UNCLEAR_DOT = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # 1.250 is a thousand in Berlin and one and a quarter in Boston
MULTIPLIERS = {
    "k": 1_000,
    "thousand": 1_000,
    "lakh": 100_000,
    "lac": 100_000,
    "million": 1_000_000,
    "crore": 10_000_000,
}


def read_number(text: str) -> Decimal:
    """The exact number that `text` (ASCII digits, any separators) writes.

    A lone comma before exactly three digits separates thousands (1,250), a lone dot there is refused (1.250), as is
    a number that begins with a needless zero, which is rather a code. Raises InvalidInput naming the number.
    """
    if UNCLEAR_DOT.fullmatch(text):
        whole, part = text.replace(".", ""), text.rstrip("0").rstrip(".")
        refuse(text, f"could be {whole} or {part}. Write {whole} or {part}.", whole)
    if len(text) > 1 and text[0] == "0" and text.isdigit():
        refuse(text, "begins with a zero, as codes do. Put a code in quotes.", quote_digits(text))
    for shape, dropped, decimal_sign in SHAPES:
        if shape.fullmatch(text):
            return _to_decimal(text, dropped, decimal_sign)
    return refuse(text, "is not a number I can read.", "1250.50")


def quote_digits(text: str) -> str:
    """The example that takes a number for a product's code."""
    return f'2 "{text[:20]}"'


def _to_decimal(text: str, dropped: str, decimal_sign: str) -> Decimal:
    if dropped:
        for sign in dropped:
            text = text.replace(sign, "")
    if decimal_sign and not text.isdigit():
        text = text.replace(",", ".").replace("٫", ".")
    return Decimal(text)


def scale_number(number: Decimal, scale: int, text: str) -> int:
    """The number times `scale` as an integer; InvalidInput naming `text` when it is too fine or too large."""
    scaled = number * scale if number < LARGEST_E4 else Decimal(LARGEST_E4 + 1)
    if scaled > LARGEST_E4:
        refuse(text, "is too large. If it is a product's code, put it in quotes.", quote_digits(text))
    if scaled != scaled.to_integral_value():
        refuse(text, f"has more than {len(str(scale)) - 1} decimals.", "24.99")
    return int(scaled)


def read_quantity_e3(text: str) -> int:
    """A quantity in thousandths; InvalidInput when it is zero, too fine, too large or not a number."""
    if " " in text:
        refuse(text, "could be one number or two.", text.replace(" ", "") + " SOL-3077")
    quantity_e3 = scale_number(read_number(text), E3, text)
    if quantity_e3 == 0:
        refuse_all(text, "is no quantity: it must be more than zero.", "1 SOL-3077")
    return quantity_e3


def read_percent_e2(text: str) -> int:
    """A percentage such as "12.5%" in hundredths of a per cent; InvalidInput above 100 or finer than 0.01."""
    number = text.rstrip("% ")
    percent_e2 = scale_number(Decimal(number) if UNCLEAR_DOT.fullmatch(number) else read_number(number), 100, text)
    if percent_e2 > 100_00:
        refuse(text, "is more than the whole price.", "2 SOL-3077 -10%")
    return percent_e2


def scale_amount_e4(number: Decimal, text: str) -> int:
    """An amount of money in ten-thousandths of the unit; InvalidInput naming `text`."""
    return scale_number(number, E4, text)
