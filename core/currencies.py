"""Currencies as people mark them: signs, words and codes, and which currencies each may stand for."""

from functools import lru_cache

from babel.numbers import list_currencies

# One table: a mark as typed (lower case), and the currencies it may stand for. A code stands for itself.
ANY = "*"  # whatever the company's own is
MARKS: dict[str, str] = {
    "$": "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP JMD",
    "us$": "USD",
    "€": "EUR",
    "£": "GBP EGP LBP SYP SDG",
    "¥": "JPY CNY",
    "₹": "INR",
    "₨": "INR PKR LKR NPR MUR",
    "₺": "TRY",
    "₽": "RUB",
    "₩": "KRW",
    "₪": "ILS",
    "₦": "NGN",
    "₱": "PHP",
    "฿": "THB",
    "₫": "VND",
    "₴": "UAH",
    "r$": "BRL",
    "﷼": "SAR QAR YER OMR IRR",
    "\u20c1": "SAR",
    "ر.س": "SAR",
    "د.إ": "AED",
    "د.ك": "KWD",
    "kd": "KWD",
    "د.ب": "BHD",
    "ر.ع": "OMR",
    "ريال": "SAR QAR YER OMR IRR",
    "درهم": "AED MAD",
    "دينار": "KWD BHD JOD IQD",
    "sr": "SAR",
    "bucks": ANY,
    "rial": "SAR QAR YER OMR IRR",
    "rials": "SAR QAR YER OMR IRR",
    "dhs": "AED MAD",
    "riyal": "SAR QAR YER OMR IRR",
    "riyals": "SAR QAR YER OMR IRR",
    "dirham": "AED MAD",
    "dirhams": "AED MAD",
    "dinar": "KWD BHD JOD IQD",
    "dinars": "KWD BHD JOD IQD",
    "dollar": "USD CAD AUD NZD SGD HKD TWD",
    "dollars": "USD CAD AUD NZD SGD HKD TWD",
    "euro": "EUR",
    "euros": "EUR",
    "rupee": "INR PKR LKR NPR MUR",
    "rupees": "INR PKR LKR NPR MUR",
    "rs": "INR PKR LKR NPR MUR",
}
_CODES = (
    "AED ARS AUD BDT BHD BRL CAD CHF CLP CNY CZK DKK DZD EGP EUR GBP GHS HKD HUF IDR ILS INR IQD JOD JPY KES KRW KWD "
    "LBP LKR MAD MXN MYR NGN NOK NPR NZD OMR PHP PKR PLN QAR RON RUB SAR SEK SGD THB TND UAH USD VND ZAR"
)
CODES = frozenset(_CODES.split())


@lru_cache(maxsize=1024)
def find_currencies(mark: str) -> tuple[str, ...]:
    """The currencies a mark may stand for, the likeliest first; none for what is no mark of money."""
    key = mark.strip(" .").casefold()
    if key in MARKS:
        return tuple(code for code in MARKS[key].split() if code != ANY)
    return (key.upper(),) if key.upper() in list_currencies() else ()
