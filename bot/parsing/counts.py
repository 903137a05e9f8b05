"""How many of what: figures, words, groups, measures. One rule: what says no number, or two, is refused by name."""

from bot.parsing.grammar import COUNT_WORDS, GROUPS, Token
from bot.parsing.items import EXAMPLE, Item
from bot.parsing.numbers import read_quantity_e3
from bot.parsing.refusals import refuse, refuse_all
from bot.parsing.spelled import read_spelled


def take_quantity(item: Item, token: Token, _after: Token | None) -> None:
    """“2x”, “3 pcs”, “x2”."""
    item.end_run()
    item.say("quantity", read_quantity_e3(token.groups[0] or ""), token.text)


def take_measure(item: Item, token: Token, after: Token | None) -> None:
    """“2.5 kg rice” is a quantity; “rice 5kg” might be the name of a bag."""
    if item.run or item.is_named:
        refuse(token.text, "could be how much, or part of a name. Write how much first.", f"{token.text} rice")
    take_quantity(item, token, after)


def take_group(item: Item, token: Token, _after: Token | None) -> None:
    """“two dozen”, “a couple of”, “half a dozen”; “dozens of caps” does not say how many."""
    count, half, group = token.groups
    if count is None and token.text.lower().split()[0].endswith("s"):
        refuse_vague(item, token, None)
    number_e3 = _read_count(count or "one") * GROUPS[(group or "").lower()]
    item.say("quantity", number_e3 // 2 if half else number_e3, token.text)


def _read_count(text: str) -> int:
    """A number in figures or one of the short words for it, in thousandths."""
    number = COUNT_WORDS.get(text.lower())
    return number * 1000 if number is not None else read_quantity_e3(text)


def take_halves(item: Item, token: Token, _after: Token | None) -> None:
    """“two and a half kg”, “a kilo and a half”, “half a kilo”."""
    if item.run or item.is_named:
        refuse(token.text, "could be how much, or part of a name. Write how much first.", f"{token.text} rice")
    before, _, others, _, only = token.groups
    whole_e3 = 0 if only else _read_count(before or others or "one")
    item.end_run()
    item.say("quantity", whole_e3 + 500, token.text)


def take_count_word(item: Item, token: Token, _after: Token | None) -> None:
    """“two”, “a”, “another”."""
    item.say("quantity", COUNT_WORDS[token.text.lower()] * 1000, token.text)


def refuse_unclear(_item: Item, token: Token, _after: Token | None) -> None:
    """“500 g” might be a measure, an amount of money or a name."""
    refuse_all(token.text, "could be a measure, an amount or a name.", f'2 "{token.text} cable"')


def refuse_fraction(_item: Item, token: Token, _after: Token | None) -> None:
    """“½ kg” is written with a decimal point."""
    refuse_all(token.text, "is a fraction. Write it with a decimal point, and its unit.", "0.5 kg rice")


def refuse_vague(_item: Item, token: Token, _after: Token | None) -> None:
    """“some” and “dozens” do not say how many."""
    refuse(token.text, "does not say how many.", EXAMPLE)


def take_spelled(item: Item, token: Token, _after: Token | None) -> None:
    """“twenty-five”, “two hundred”."""
    item.say("quantity", read_spelled(token.text) * 1000, token.text)


def take_aside(item: Item, token: Token, _after: Token | None) -> None:
    """“(1 red 1 blue)” tells more of what was counted; “griparm (2)” counts it."""
    begun = item.run == "name" or item.is_named
    inside = token.text[1:-1].strip(" x×")
    if begun and not item.is_counted and inside.isdecimal():
        item.end_run()
        item.say("quantity", read_quantity_e3(inside), token.text)
    elif begun and item.is_counted:
        item.whole.notes.append(token.text[1:-1])
    else:
        refuse(token.text, "could be a measure, an amount or a name.", '2 "500 ml cable"')
