"""A file of the shape of UCI's Online Retail, invented. One rule: seeded, and every oddity of the real one is in it.

Invoices of many rows, credits on invoices that begin with C, rows that repeat as a whole, rows without a customer,
goods written off at no price on an invoice of their own, gifts at no price, bad debt as a negative price, postage and
manual corrections, codes in two cases and with several descriptions, prices of three decimals.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

HEADER = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
COUNTRIES = (
    "United Kingdom", "France", "Australia", "Netherlands", "Germany", "Norway", "EIRE", "Switzerland", "Spain",
    "Poland", "Portugal", "Italy", "Belgium", "Lithuania", "Japan", "Iceland", "Channel Islands", "Denmark", "Cyprus",
    "Sweden", "Austria", "Israel", "Finland", "Bahrain", "Greece", "Hong Kong", "Singapore", "Lebanon",
    "United Arab Emirates", "Saudi Arabia", "Czech Republic", "Canada", "Unspecified", "Brazil", "USA",
    "European Community", "Malta", "RSA",
)  # fmt: skip
NOUNS = ("T-LIGHT HOLDER", "LANTERN", "TEA TOWEL", "CAKE STAND", "LUNCH BAG", "HOT WATER BOTTLE", "PAPER CHAIN KIT")
COLOURS = ("WHITE", "RED", "PINK", "BLUE", "VINTAGE", "JUMBO", "SET OF 6", "£5 GIFT", "CAFÉ")
CHARGES = (("POST", "POSTAGE"), ("DOT", "DOTCOM POSTAGE"), ("M", "Manual"), ("BANK CHARGES", "Bank"))
WHY_GONE = ("", "damages", "check", "?", "lost", "wet/rusty")
FIRST_DAY = datetime(2010, 12, 1, 8, 26)

Row = tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What the rows of a file say, added up by plain means."""

    rows: int
    net: Decimal
    invoices: int
    customers: int
    codes: int
    countries: int
    repeated: int


def tell_rows(size: int, seed: int = 1) -> Iterator[Row]:
    """So many rows, in the order of their invoices."""
    random = Random(seed)
    products = [_invent_product(number, random) for number in range(max(size // 150, 60))]
    told: list[Row] = []
    number, left = 536365, size
    while left > 0:
        number += 1
        told = _tell_invoice(str(number), products, told, size, left, random)[:left]
        left -= len(told)
        yield from told


def _invent_product(number: int, random: Random) -> tuple[str, str, str]:
    code = f"{20000 + number // 4}{('', 'A', 'B', 'a')[number % 4]}"
    price = random.choice(("0.85", "2.55", "4.25", "1.65", "7.95", "0.425", "12.75", "0.001", "165", "3.3900"))
    return code, f"{random.choice(COLOURS)} {random.choice(NOUNS)} {number}", price


def _tell_invoice(
    number: str, products: list[tuple[str, str, str]], last: list[Row], size: int, left: int, random: Random
) -> list[Row]:
    when = FIRST_DAY + timedelta(minutes=(size - left) * 530_000 // size)
    date = f"{when.month}/{when.day}/{when.year} {when.hour}:{when.minute:02}"
    buyer = str(12346 + int(random.random() ** 2 * size / 120)) if random.random() < 0.85 else ""
    country = COUNTRIES[int(random.random() ** 5 * len(COUNTRIES))]
    rest = date, buyer, country
    kind = random.random()
    if kind < 0.05:  # goods written off: no C, no price, often no description, nobody
        code, _, _ = random.choice(products)
        gone = str(-random.randrange(1, 200))
        return [(number, code, random.choice(WHY_GONE), gone, date, "0", "", "United Kingdom")]
    if kind < 0.052:
        code, name = "B", "Adjust bad debt"
        return [(f"A{number}", code, name, "1", date, random.choice(("11062.06", "-11062.06")), "", "United Kingdom")]
    if kind < 0.2:
        chosen = [row for row in last if row[1] != "B" and not row[3].startswith("-")][:3] or [
            _sell(number, products, rest, random)
        ]
        back = [(f"C{number}", *row[1:3], f"-{row[3]}", date, row[5], row[6], row[7]) for row in chosen]
        discount = (f"C{number}", "D", "Discount", "-1", date, "14.88", back[0][6], back[0][7])
        return [*back, discount] if kind > 0.19 else back
    rows = [_sell(number, products, rest, random) for _ in range(random.randrange(1, 41))]
    if random.random() < 0.2:
        rows += [random.choice(rows)] * random.randrange(1, 3)
    if random.random() < 0.1:
        code, name = random.choice(CHARGES)
        rows.append((number, code, name, "1", date, random.choice(("18", "569.77", "0.001")), buyer, country))
    return rows


def _sell(number: str, products: list[tuple[str, str, str]], rest: tuple[str, str, str], random: Random) -> Row:
    code, name, price = products[int(random.random() ** 2 * len(products))]
    chance = random.random()
    name = f"{name.title()} " if chance < 0.03 else name  # the same thing, called otherwise
    price = "0" if chance > 0.995 else price
    date, buyer, country = rest
    return (number, code, name, str(random.choice((1, 1, 2, 3, 6, 12, 48))), date, price, buyer, country)


def write_retail(path: Path, size: int, seed: int = 1) -> Told:
    """Write such a file as UCI's is written, and add it up."""
    net, seen, repeated = Decimal(0), set[Row](), 0
    invoices, customers, codes, countries = set[str](), set[str](), set[str](), set[str]()
    with path.open("w", encoding="iso-8859-1", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for row in tell_rows(size, seed):
            writer.writerow(row)
            net += int(row[3]) * Decimal(row[5])
            repeated += row in seen
            seen.add(row)
            invoices.add(row[0])
            codes.add(row[1])
            customers |= {row[6]} - {""}
            countries.add(row[7])
    return Told(size, net, len(invoices), len(customers), len(codes), len(countries), repeated)
