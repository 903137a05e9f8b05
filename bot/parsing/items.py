"""What has been understood of a sale so far. One rule: a thing said twice is refused with both words."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.parsing.grammar import Token
from bot.parsing.refusals import refuse, refuse_two
from bot.parsing.sale import Reading

LONGEST_NAME = 200
EXAMPLE = "2 SOL-3077 @24.99"


class Said(NamedTuple):
    """A value and the words that said it."""

    value: Any
    words: str
    kind: str = ""


PLURALS = {
    "platform": "platforms",
    "coupon": "coupons",
    "customer": "customers",
    "day": "dates",
    "handle": "colleagues",
    "discount": "discounts",
    "quantity": "quantities",
    "price": "prices",
}


@dataclass(slots=True)
class Whole:
    """What was said about the sale as a whole: platform, coupon, customer, day, handle, discount."""

    reading: Reading
    typed: str
    plain: str
    said: dict[str, Said] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # words that change no figure, and are to be seen

    def say(self, what: str, value: object, words: str) -> None:
        """Keep a value; InvalidInput when another one was said before."""
        before = self.said.setdefault(what, Said(value, words))
        if before.value != value:
            refuse_two(PLURALS[what], before.words, words, "2 SOL-3077 @24.99 etsy yesterday to John Doe")


@dataclass(slots=True)
class Item:
    """One item as far as it has been read. `run` is the name being collected: product, customer or platform."""

    whole: Whole
    said: dict[str, Said] = field(default_factory=dict)
    number: Token | None = None
    trailing: Token | None = None
    name: tuple[int, int] | None = None
    quoted: str | None = None
    run: str = ""
    run_start: int = 0
    run_end: int = 0

    @property
    def is_named(self) -> bool:
        """Whether the product's name has begun."""
        return self.name is not None or self.quoted is not None

    @property
    def is_counted(self) -> bool:
        """Whether a quantity (or a bare number that may be one) was said."""
        return self.number is not None or "quantity" in self.said

    def say(self, what: str, value: object, words: str, kind: str = "") -> None:
        """Keep a value of this item; InvalidInput when it was said before."""
        if before := self.said.get(what):
            refuse_two(PLURALS[what], before.words, words, EXAMPLE)
        self.said[what] = Said(value, words, kind)

    def cut(self, start: int, end: int) -> str:
        """The words typed there, without the punctuation at their ends."""
        return self.whole.typed[start:end].strip(" .,!?:;…")

    def end_run(self) -> None:
        """The name being collected is complete."""
        if self.run == "name":
            self.name = (self.run_start, self.run_end)
        elif self.run:
            self.say_name(self.run, self.cut(self.run_start, self.run_end), self.cut(self.run_start, self.run_end))
        self.run = ""

    def say_name(self, what: str, name: str, words: str) -> None:
        """A customer or a platform in the person's own words."""
        check_name(name, words)
        if what == "platform":
            name = known_platform(name, self.whole.reading)
        self.whole.say(what, name, words)


def known_platform(name: str, reading: Reading) -> str:
    """The platform as the company writes it, or the name itself."""
    return next((known for known in reading.platforms if known.casefold() == name.casefold()), name)


def check_name(name: str, words: str) -> None:
    """InvalidInput for a name without a letter or digit, or longer than any product's or customer's."""
    if not any(map(str.isalnum, name)):
        refuse(words, "is no name.", f"{EXAMPLE} to John Doe")
    if len(name) > LONGEST_NAME:
        refuse(name, f"is too long for a name: at most {LONGEST_NAME} characters.", EXAMPLE)
