"""The lines behind a figure, as a message. One rule: the figure first, then what it is made of."""

from dataclasses import dataclass, replace
from typing import Any

from bot.parsing.presses import Leaf
from bot.turn import Button, Buttons, Reply
from bot.views.cards import show_days
from bot.views.figures import clip, count_things, show_day, show_money, show_quantity, show_text, show_value
from core.metrics.measures import Unit
from core.metrics.why import NEWEST_FIRST, LinesPage
from core.periods import Period

LONGEST_BUTTON = 22


@dataclass(frozen=True, slots=True)
class Behind:
    """Whose lines are told, and what buttons lead to: `leaf` is the page shown, `others` what else may be chosen."""

    title: str
    period: Period
    leaf: Leaf
    sort: str
    narrowed: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, Leaf], ...] = ()


def show_lines(page: LinesPage, behind: Behind, *, edits_pressed: bool = False, posts: bool = False) -> Reply:
    """The lines behind a figure, and the ways to others: pages, the other order, the rows that may be chosen."""
    head = [f"🔎 <b>{show_text(behind.title)}</b> · {show_days(behind.period)}"]
    if behind.narrowed:
        head.append("only " + ", ".join(f"{name}={show_text(value)}" for name, value in behind.narrowed))
    value = show_value(page.value, page.measure.unit, page.currency)
    counted = f"<b>{value}</b> from {count_things(page.total, 'line', 'lines')}"
    if page.measure.unit is not Unit.MONEY:
        counted += f" of {show_money(page.amount_e4, page.currency)}"
    rows = [_show_line(row, page.currency) for row in page.rows]
    foot = [f"\nPage {page.page} of {page.pages}"] if page.pages > 1 else []
    text = "\n".join([*head, counted if page.total else "No line is behind it.", "", *rows, *foot])
    return Reply(
        text, _offer_leaves(page, behind), edits_pressed=edits_pressed, posts=posts, quotes=behind.leaf.is_remembered
    )


def _offer_leaves(page: LinesPage, behind: Behind) -> Buttons:
    leaf = behind.leaf
    by_day = behind.sort == NEWEST_FIRST
    before, after = ("‹ Newer", "Older ›") if by_day else ("‹ Back", "More ›")
    turn = []
    if page.page > 1:
        turn.append(Button(before, "see", replace(leaf, page=page.page - 1).write()))
    if page.page < page.pages:
        turn.append(Button(after, "see", replace(leaf, page=page.page + 1).write()))
    if page.total > 1:
        label, sort = ("Largest first", "a") if by_day else ("Newest first", "d")
        turn.append(Button(label, "see", replace(leaf, page=1, sort=sort).write()))
    others = [Button(clip(label, LONGEST_BUTTON), "see", other.write()) for label, other in behind.others]
    pairs = [tuple(others[index : index + 2]) for index in range(0, len(others), 2)]
    return tuple(row for row in (tuple(turn), *pairs) if row)


def _show_line(row: dict[str, Any], currency: str) -> str:
    item = show_text(clip(row["product"], 40)) if row["product"] else "amount"
    names = (row["person"], row["customer"], row["platform"])
    about = "".join(f" · {show_text(clip(name, 24))}" for name in names if name)
    kind = "" if row["kind"] == "sale" else f"{row['kind']} "
    return (
        f"{kind}#{row['document']} <b>{show_money(row['amount'], currency)}</b>{about}\n"
        f"   {show_day(row['day'])} · {show_quantity(row['quantity'])} × {item}"
    )
