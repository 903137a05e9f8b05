"""How somebody has figures written. One rule: one's own way wins over the company's; a `Viewer` has the outcome."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from core.access import Viewer, load_viewer
from core.company import read_style
from core.errors import NotAllowed
from core.models.company import companies
from core.models.people import accounts, people


@dataclass(frozen=True, slots=True)
class Writing:
    """A locale such as "en-IN", and "indian" or "international" groups of digits; None: as the company has it."""

    locale: str | None = None
    number_format: str | None = None


def read_own_writing(tx: Connection, viewer: Viewer) -> Writing:
    """What the viewer chose; nothing for who is no person (the operator)."""
    query = select(people.c.locale, people.c.number_format).where(people.c.id == viewer.person_id)
    row = tx.execute(query).first()
    return Writing(row.locale, row.number_format) if row else Writing()


def change_writing(
    tx: Connection, viewer: Viewer, *, locale: str | None = None, number_format: str | None = None
) -> Viewer:
    """Change what is given, for the viewer alone; the viewer as of then.

    A locale brings its own groups of digits along. Raises InvalidInput naming `locale` or `numbers`, NotAllowed for
    who is no person.
    """
    return _write(tx, viewer, dict(read_style(locale, number_format)))


def choose_writing(tx: Connection, viewer: Viewer, own: Writing) -> Viewer:
    """Have figures written exactly so, for the viewer alone: what is None is as the company has it, or the locale.

    Raises what `change_writing` raises.
    """
    nothing = {"locale": None, "number_format": None}
    return _write(tx, viewer, {**nothing, **read_style(own.locale, own.number_format)})


def _write(tx: Connection, viewer: Viewer, changes: dict[str, str | None]) -> Viewer:
    if viewer.person_id is None:
        raise NotAllowed("Only a person has figures written in a way of their own.")
    if changes:
        tx.execute(update(people).where(people.c.id == viewer.person_id).values(changes))
    return load_viewer(tx, viewer.person_id)


def read_writing_of_chats(tx: Connection, chats: Collection[tuple[int, int]]) -> dict[tuple[int, int], tuple[str, str]]:
    """The locale and number format in which each chat of a company is told things: (company, chat) to both.

    A private chat is its person's; a group is the company's.
    """
    in_company = companies.c.id.in_({company_id for company_id, _ in chats})
    rows = tx.execute(select(companies.c.id, companies.c.locale, companies.c.number_format).where(in_company))
    of_company = {row.id: (row.locale, row.number_format) for row in rows}
    query = (
        select(people.c.company_id, accounts.c.telegram_id, people.c.locale, people.c.number_format)
        .join_from(people, accounts, accounts.c.id == people.c.account_id)
        .where(accounts.c.telegram_id.in_({chat_id for _, chat_id in chats}), people.c.company_id.in_(of_company))
    )
    own = {(row.company_id, row.telegram_id): (row.locale, row.number_format) for row in tx.execute(query)}
    return {chat: _choose(own.get(chat, (None, None)), of_company[chat[0]]) for chat in chats}


def _choose(own: tuple[str | None, str | None], of_company: tuple[str, str]) -> tuple[str, str]:
    return own[0] or of_company[0], own[1] or of_company[1]
