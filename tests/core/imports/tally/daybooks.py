"""Day books as Tally writes them, made up. One rule: what is written is signed, spaced and marked as real ones are."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

TWO = Decimal("0.01")
NOT_APPLICABLE = "&#4; Not Applicable"


@dataclass
class Item:
    """An item of a voucher, with the amount a sale of it has."""

    name: str
    quantity: str | None
    unit: str
    rate: str | None
    amount: str
    more: str = ""


@dataclass
class Voucher:
    """A voucher to write; amounts are those of a sale, whatever its type."""

    guid: str
    items: list[Item] = field(default_factory=list)
    ledgers: list[tuple[str, str]] = field(default_factory=list)
    type: str = "Sales"
    number: str = "1"
    day: str = "20260401"
    party: str = "Asha Traders"
    alter_id: int = 1
    cancelled: bool = False
    more: str = ""
    is_return: bool = False

    @property
    def total(self) -> Decimal:
        return sum((Decimal(item.amount) for item in self.items), Decimal(0)) + sum(
            (Decimal(amount) for _, amount in self.ledgers), Decimal(0)
        )

    def write(self) -> str:
        """The element, as the standard export has it."""
        sign = -1 if self.is_return else 1
        entries = [(self.party, -sign * self.total, "Yes"), *((n, sign * Decimal(a), "No") for n, a in self.ledgers)]
        return f"""<TALLYMESSAGE xmlns:UDF="TallyUDF">
<VOUCHER REMOTEID="{self.guid}" VCHTYPE="{escape(self.type)}" ACTION="Create">
<OLDAUDITENTRYIDS.LIST TYPE="Number"><OLDAUDITENTRYIDS>-1</OLDAUDITENTRYIDS></OLDAUDITENTRYIDS.LIST>
<DATE>{self.day}</DATE><GUID>{self.guid}</GUID><PARTYLEDGERNAME>{escape(self.party)}</PARTYLEDGERNAME>
<VOUCHERTYPENAME>{escape(self.type)}</VOUCHERTYPENAME><VOUCHERNUMBER>{self.number}</VOUCHERNUMBER>
<CSTFORMISSUETYPE>{NOT_APPLICABLE}</CSTFORMISSUETYPE><ISCANCELLED>{"Yes" if self.cancelled else "No"}</ISCANCELLED>
<ALTERID> {self.alter_id}</ALTERID><MASTERID> {self.number}</MASTERID>{self.more}
{"".join(write_item(item, sign) for item in self.items)}
{"".join(write_entry(*entry) for entry in entries)}
</VOUCHER></TALLYMESSAGE>
"""


def write_item(item: Item, sign: int = 1) -> str:
    amount = sign * Decimal(item.amount)
    rate = f"<RATE>{item.rate}/{item.unit}</RATE>" if item.rate else ""
    quantity = f"<BILLEDQTY> {item.quantity} {item.unit}</BILLEDQTY>" if item.quantity else ""
    return f"""<ALLINVENTORYENTRIES.LIST><STOCKITEMNAME>{escape(item.name)}</STOCKITEMNAME>{rate}
<AMOUNT>{amount}</AMOUNT>{quantity}<BATCHALLOCATIONS.LIST><GODOWNNAME>Main</GODOWNNAME><TRACKINGNUMBER>{NOT_APPLICABLE}</TRACKINGNUMBER>
</BATCHALLOCATIONS.LIST><ACCOUNTINGALLOCATIONS.LIST><LEDGERNAME>Sales Local</LEDGERNAME><AMOUNT>{amount}</AMOUNT>
</ACCOUNTINGALLOCATIONS.LIST><DUTYHEADDETAILS.LIST>  </DUTYHEADDETAILS.LIST>{item.more}</ALLINVENTORYENTRIES.LIST>
"""


def write_entry(name: str, amount: Decimal, is_party: str) -> str:
    return f"""<LEDGERENTRIES.LIST><LEDGERNAME>{escape(name)}</LEDGERNAME><GSTCLASS>{NOT_APPLICABLE}</GSTCLASS>
<ISPARTYLEDGER>{is_party}</ISPARTYLEDGER><AMOUNT>{amount}</AMOUNT></LEDGERENTRIES.LIST>
"""


def write_book(
    path: Path, vouchers: Iterable[Voucher | str], company: str = "Demo Ltd", encoding: str = "utf-8"
) -> Path:
    """A day book in a file; vouchers are written as they come, so that it may be of any length."""
    with path.open("w", encoding=encoding, newline="\r\n") as file:
        file.write("<ENVELOPE><HEADER><TALLYREQUEST>Import Data</TALLYREQUEST></HEADER><BODY><IMPORTDATA><REQUESTDESC>")
        file.write(f"<STATICVARIABLES><SVCURRENTCOMPANY>{escape(company)}</SVCURRENTCOMPANY></STATICVARIABLES>")
        file.write("</REQUESTDESC><REQUESTDATA>\n")
        for voucher in vouchers:
            file.write(voucher if isinstance(voucher, str) else voucher.write())
        file.write("</REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>")
    return path


def sell(guid: str = "g-1", amount: str = "100.00", **changes) -> Voucher:
    """One item sold."""
    changes = {"items": [Item("Pen", "10", "Nos", None, amount)]} | changes
    return Voucher(guid, **changes)


@dataclass
class Truth:
    """What a book says, added up by plain means."""

    invoiced: Counter = field(default_factory=Counter)
    goods: Counter = field(default_factory=Counter)
    units: Counter = field(default_factory=Counter)
    tax: Decimal = Decimal(0)
    returns: Decimal = Decimal(0)
    orders: int = 0


PARTIES = ["Åse & Sønner", "कमल ट्रेडर्स", "متجر النخيل", "東京商店", "Ravi's “Best” <Shop>", "Émile Zola SARL"]
GOODS = ["Chai मसाला", "Süßholz 250g", "Stift №5", "Pâté & Co", "Ватрушка", "Widget, 12mm"]


def make_book(count: int, seed: int = 1, prefix: str = "book") -> tuple[list[Voucher], Truth]:
    """Vouchers of every kind by chance, and what they come to."""
    chance, truth, vouchers = random.Random(seed), Truth(), []
    for number in range(1, count + 1):
        kind = chance.choices(("Sales", "Credit Note", "Sales Order", "Receipt", "Purchase"), (70, 10, 8, 8, 4))[0]
        items, goods = [], Decimal(0)
        for _ in range(chance.randint(0 if kind == "Sales" else 1, 5)):
            quantity, rate = Decimal(chance.randint(1, 5000)) / 1000, Decimal(chance.randint(1, 99999)) / 100
            amount = (quantity * rate).quantize(TWO)
            items.append(Item(chance.choice(GOODS), str(quantity), "kg", str(rate), str(amount)))
            goods += amount
        ledgers = []
        if not items:
            service = Decimal(chance.randint(100, 99999)) / 100
            ledgers.append(("Service income", str(service)))
            goods += service
        tax = [(name, str((goods * 9 / 100).quantize(TWO))) for name in ("Output CGST 9%", "Output SGST 9%")]
        ledgers += tax
        round_off = (goods + 2 * Decimal(tax[0][1])).quantize(Decimal(1)) - goods - 2 * Decimal(tax[0][1])
        if round_off:
            ledgers.append(("Round Off", str(round_off)))
        voucher = Voucher(
            f"{prefix}-{number:08x}",
            items,
            ledgers,
            kind,
            str(number),
            f"2025{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}",
            chance.choice(PARTIES),
            number,
            is_return=kind in ("Credit Note", "Receipt"),
        )
        vouchers.append(voucher)
        if kind == "Sales":
            truth.orders += 1
            truth.invoiced[voucher.party] += voucher.total
            truth.tax += 2 * Decimal(tax[0][1])
            for item in items:
                truth.goods[item.name] += Decimal(item.amount)
                truth.units[item.name] += Decimal(item.quantity)
        elif kind == "Credit Note":
            truth.returns += goods
    return vouchers, truth
