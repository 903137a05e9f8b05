"""Companies and their branches. One rule: what a company counts in stands fast once there is anything to count."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from core import clock
from core.access import ALL_BRANCHES, Company, Permission, Reach, Viewer, read_company, resolve_scope
from core.errors import Code, Conflict, InvalidInput, NotFound
from core.models.company import branches, companies
from core.models.sales import lines
from core.money import currency_digits
from core.numbers import find_own_locale
from core.text import clean_name, fold, make_handle

NUMBER_FORMATS = ("international", "indian")
INDIAN_GROUPING = (3, 2)
LONGEST_LOCALE = 16
LONGEST_CORRECTION_DAYS = 3650
MOST_TIMES = 1_000_000
NUMBERED_FROM = 42  # letters of a handle that are kept before a number, so that it stays a possible one


@dataclass(frozen=True, slots=True)
class Branch:
    """One place a company sells from; `time_zone` is the one its business days are counted in."""

    id: int
    handle: str
    name: str
    time_zone: str


def create_company(
    tx: Connection,
    name: str,
    *,
    handle: str | None = None,
    currency: str,
    time_zone: str,
    week_start: int = 5,
    financial_year_month: int = 1,
    day_first: bool = True,
    first_branch: str = "Main",
) -> Company:
    """A new company with one branch. `week_start` is Monday 0 … Sunday 6, `financial_year_month` 1 … 12.

    The handle comes from the name unless given. Raises InvalidInput naming the field at fault, Conflict when the
    handle is taken.
    """
    name = clean_name(name, "company")
    settings: dict[str, Any] = {
        "handle": check_handle(handle) if handle is not None else _derive_company_handle(tx, name),
        "name": name,
        "currency": _check_currency(currency),
        "time_zone": clock.find_zone(time_zone).key,
        "week_start": _check_week_start(week_start),
        "financial_year_month": _check_month(financial_year_month),
        "day_first": day_first,
        "created_at": clock.now(),
    }
    company = _insert_company(tx, settings)
    _insert_branch(tx, company, first_branch, None)
    return company


def _insert_company(tx: Connection, settings: dict[str, Any]) -> Company:
    try:
        with tx.begin_nested():
            return read_company(tx.execute(insert(companies).returning(companies), settings).one())
    except IntegrityError as error:
        taken = settings["handle"]
        raise Conflict(
            f"There is a company “{taken}” already.", field="handle", hint=f"{taken}2", code=Code.DUPLICATE
        ) from error


def _derive_company_handle(tx: Connection, name: str) -> str:
    """A handle from the name; only a name without Latin letters gets a numbered one."""
    return make_handle(name) or choose_handle("", "company", set(tx.execute(select(companies.c.handle)).scalars()))


def change_company(
    tx: Connection,
    viewer: Viewer,
    *,
    name: str | None = None,
    currency: str | None = None,
    time_zone: str | None = None,
    week_start: int | None = None,
    financial_year_month: int | None = None,
    locale: str | None = None,
    number_format: str | None = None,
) -> Company:
    """Change what is given. The currency can no longer change once a line is recorded: Conflict.

    Days already recorded keep the zone they were recorded in; weeks and financial years are counted anew. `locale`
    is a language and region such as en-IN, which says how numbers are grouped too, unless `number_format` does
    (indian or international). Raises NotAllowed, InvalidInput.
    """
    viewer.require(Permission.MANAGE_COMPANY)
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = clean_name(name, "company")
    if time_zone is not None:
        changes["time_zone"] = clock.find_zone(time_zone).key
    if currency is not None and _check_currency(currency) != viewer.company.currency:
        _refuse_if_counting(tx, viewer.company)
        changes["currency"] = _check_currency(currency)
    if week_start is not None:
        changes["week_start"] = _check_week_start(week_start)
    if financial_year_month is not None:
        changes["financial_year_month"] = _check_month(financial_year_month)
    changes |= read_style(locale, number_format)
    return _change(tx, viewer, changes)


def limit_corrections(tx: Connection, viewer: Viewer, days: int | None) -> Company:
    """For how many days sellers may correct what is theirs; None is always, and managers always may.

    Raises NotAllowed, InvalidInput naming `corrections`.
    """
    viewer.require(Permission.MANAGE_COMPANY)
    if days is not None and not 0 <= days <= LONGEST_CORRECTION_DAYS:
        raise InvalidInput(
            f"Corrections last 0 to {LONGEST_CORRECTION_DAYS} days, or always.", field="corrections", hint="3"
        )
    return _change(tx, viewer, {"correction_days": days})


def take_orders_ahead(tx: Connection, viewer: Viewer, takes: bool) -> Company:
    """Whether a sale may be dated ahead, as an order. Raises NotAllowed."""
    viewer.require(Permission.MANAGE_COMPANY)
    return _change(tx, viewer, {"takes_orders_ahead": takes})


def ask_above(tx: Connection, viewer: Viewer, times: int | None) -> Company:
    """Above how many times the list price, or ten times as many usual sales, one is asked first; None: never.

    Raises NotAllowed, InvalidInput naming `ask`.
    """
    viewer.require(Permission.MANAGE_COMPANY)
    if times is not None and not 2 <= times <= MOST_TIMES:
        raise InvalidInput(f"That is 2 to {MOST_TIMES:,} times the list price, or never.", field="ask", hint="10")
    return _change(tx, viewer, {"asks_above": times})


def _change(tx: Connection, viewer: Viewer, changes: dict[str, Any]) -> Company:
    its_row = companies.c.id == viewer.company.id
    if changes:
        tx.execute(update(companies).where(its_row).values(changes))
    return read_company(tx.execute(select(companies).where(its_row)).one())


def _check_week_start(week_start: int) -> int:
    if week_start not in range(7):
        raise InvalidInput(f"“{week_start}” is not a weekday.", field="week_start", hint="Monday 0 … Sunday 6")
    return week_start


def _check_month(financial_year_month: int) -> int:
    if financial_year_month not in range(1, 13):
        raise InvalidInput(f"“{financial_year_month}” is not a month.", field="financial_year_month", hint="1 … 12")
    return financial_year_month


def read_style(locale: str | None, number_format: str | None) -> dict[str, str]:
    """The columns for how figures are written, of what is given; a locale brings its own way of grouping along.

    Raises InvalidInput naming `locale` or `numbers`.
    """
    style: dict[str, str] = {}
    if locale is not None:
        style["locale"], style["number_format"] = find_locale(locale)
    if number_format is not None:
        if number_format not in NUMBER_FORMATS:
            known = " or ".join(NUMBER_FORMATS)
            raise InvalidInput(
                f"“{number_format}” is not a way to group numbers: {known}.", field="numbers", hint="indian"
            )
        style["number_format"] = number_format
    return style


def find_locale(text: str) -> tuple[str, str]:
    """A locale as it is kept ("en-IN"), and how it groups numbers (CLDR); InvalidInput names `locale`."""
    try:
        found, _ = find_own_locale(text.strip())
        name = str(found).replace("_", "-")
        extension = text.strip().replace("_", "-").partition("-u-")[2]
        name += f"-u-{extension}" if extension else ""
        if len(name) > LONGEST_LOCALE:
            raise ValueError(text)
    except ValueError as error:
        raise InvalidInput(f"“{text}” is not a locale.", field="locale", hint="en, en-IN, hi, ar or ar-SA") from error
    grouping = found.decimal_formats[None].grouping
    return name, "indian" if grouping == INDIAN_GROUPING else "international"


def _refuse_if_counting(tx: Connection, company: Company) -> None:
    if tx.execute(select(lines.c.id).where(lines.c.company_id == company.id).limit(1)).first() is not None:
        raise Conflict(f"Sales are recorded in {company.currency} already, so the currency stays.", field="currency")


def add_branch(tx: Connection, viewer: Viewer, name: str, time_zone: str | None = None) -> Branch:
    """One more branch, in the company's time zone unless given. Raises NotAllowed, InvalidInput, Conflict (name)."""
    viewer.require(Permission.MANAGE_COMPANY)
    lock_company(tx, viewer.company.id)
    wanted = fold(clean_name(name, "branch"))
    if any(fold(branch.name) == wanted for branch in _read_branches(tx, viewer.company)):
        raise Conflict(f"There is a branch “{name}” already.", field="branch", hint=f"{name} 2", code=Code.DUPLICATE)
    return _insert_branch(tx, viewer.company, name, time_zone)


def _insert_branch(tx: Connection, company: Company, name: str, time_zone: str | None) -> Branch:
    name = clean_name(name, "branch")
    zone = clock.find_zone(time_zone).key if time_zone is not None else None
    taken = {branch.handle for branch in _read_branches(tx, company)} | {ALL_BRANCHES}
    handle = choose_handle(name, "branch", taken)
    row = {"company_id": company.id, "handle": handle, "name": name, "time_zone": zone}
    branch_id = tx.execute(insert(branches).returning(branches.c.id), row).scalar_one()
    return Branch(branch_id, handle, name, zone or company.time_zone)


def list_branches(tx: Connection, viewer: Viewer) -> tuple[Branch, ...]:
    """The branches the viewer may name: every one for admins, else those the viewer belongs to."""
    return tuple(branch for branch in _read_branches(tx, viewer.company) if viewer.may_work_on(branch.id))


def settle_branch(tx: Connection, viewer: Viewer, branch_id: int | None = None) -> int:
    """The number of the one branch a change is meant for: the one asked for, else the one worked on.

    Whoever works on none (the operator) means the only branch there is. Raises NotAllowed when it is out of reach,
    NotFound when it is not the company's, InvalidInput listing the branches when none is meant.
    """
    branch = resolve_scope(viewer, Reach.TEAM, branch_id).branch_id
    if branch is not None and branch in viewer.member_of:
        return branch
    known = _read_branches(tx, viewer.company)
    if branch is None and len(known) != 1:
        handles = ", ".join(found.handle for found in known)
        raise InvalidInput(f"Which branch? There are: {handles}.", field="branch", hint=known[0].handle)
    found = known[0].id if branch is None else branch
    if found not in {each.id for each in known}:
        raise NotFound(f"There is no branch number {found}.", field="branch")
    return found


def _read_branches(tx: Connection, company: Company) -> tuple[Branch, ...]:
    rows = tx.execute(select(branches).where(branches.c.company_id == company.id).order_by(branches.c.id))
    return tuple(Branch(row.id, row.handle, row.name, row.time_zone or company.time_zone) for row in rows)


def lock_company(tx: Connection, company_id: int) -> None:
    """Make rare changes of one company wait for one another until this transaction ends.

    For rules no UNIQUE can hold (codes that differ by case only, the last super admin). Sales do not wait for it.
    """
    tx.execute(select(companies.c.id).where(companies.c.id == company_id).with_for_update(key_share=True))


def choose_handle(name: str, fallback: str, taken: Collection[str]) -> str:
    """A handle for `name` that is not `taken`: "ann", or "ann2"; `fallback` where the name has no Latin letter."""
    wanted = make_handle(name) or fallback
    if wanted not in taken:
        return wanted
    start = wanted[:NUMBERED_FROM]
    return next(numbered for number in count(2) if (numbered := f"{start}{number}") not in taken)


def check_handle(text: str) -> str:
    """A handle as somebody chose it, "@Ann" being ann; InvalidInput names `handle` when it cannot be one."""
    wanted = text.strip().removeprefix("@").casefold()
    possible = make_handle(wanted)
    if not wanted or possible != wanted:
        raise InvalidInput(
            f"“{text}” cannot be a handle: up to 48 of a-z, 0-9 and single _ in between.",
            field="handle",
            hint=possible or "ann_lee",
        )
    return wanted


def _check_currency(currency: str) -> str:
    code = currency.strip().upper()
    currency_digits(code)
    return code
