"""Setting up without chat. One rule: what is printed alone on standard output can be piped."""

import click
from sqlalchemy.engine import Connection

from bot.cli.opening import open_database, read_settings
from core.access import Role, Viewer, act_as_operator, find_branch, find_company, find_viewer, parse_role
from core.catalog.products import add_product
from core.company import add_branch, create_company, list_branches
from core.db import Database
from core.errors import NotFound
from core.money import parse_amount_e4, parse_quantity_e3
from core.people.invitations import invite
from core.people.members import add_person
from core.people.teams import add_to_team, find_team, form_team

company_option = click.option("--company", "company_handle", metavar="C", help="The company, if there are several.")


def find_actor(database: Database, handle: str | None, company_handle: str | None) -> Viewer:
    """Whom a command acts as: the person of that handle, else the company's operator."""
    with database.begin_read() as tx:
        if handle:
            return find_viewer(tx, handle, company_handle)
        return act_as_operator(find_company(tx, company_handle))


@click.group()
def company() -> None:
    """Companies and their branches."""


@company.command("create")
@click.argument("name")
@click.option("--handle", help="A short name for the command line; made from NAME if left out.")
@click.option("--currency", help="Currency code, e.g. SAR.")
@click.option("--time-zone", help="IANA time zone, e.g. Asia/Riyadh.")
@click.option("--branch", "branches", multiple=True, help="A branch; may be repeated. Default: Main.")
@click.option("--month-first", is_flag=True, help="Whether 3/4 means the fourth of March.")
def create(
    name: str,
    handle: str | None,
    currency: str | None,
    time_zone: str | None,
    branches: tuple[str, ...],
    month_first: bool,
) -> None:
    """Create a company with its branches."""
    settings = read_settings()
    with open_database(settings) as database, database.begin() as tx:
        made = create_company(
            tx,
            name,
            handle=handle,
            currency=currency or settings.currency,
            time_zone=time_zone or settings.time_zone,
            day_first=not month_first,
            first_branch=branches[0] if branches else "Main",
        )
        for branch in branches[1:]:
            add_branch(tx, act_as_operator(made), branch)
    click.echo(made.handle)


@click.group()
def person() -> None:
    """People of a company."""


@person.command("add")
@click.argument("name")
@company_option
@click.option("--handle", help="A short name, as in @ann; made from NAME if left out.")
@click.option("--role", default=Role.EMPLOYEE.label, show_default=True, help=", ".join(role.label for role in Role))
@click.option("--branch", help="The branch; the first one if left out.")
@click.option("--team", "teams", multiple=True, help="A team to be in; formed if it is new. May be repeated.")
def add(
    name: str, company_handle: str | None, handle: str | None, role: str, branch: str | None, teams: tuple[str, ...]
) -> None:
    """Add a person, and print the handle and an invitation code for their Telegram."""
    with open_database() as database, database.begin() as tx:
        operator = act_as_operator(find_company(tx, company_handle))
        branch_id = find_branch(tx, operator.company.id, branch) if branch else list_branches(tx, operator)[0].id
        added = add_person(tx, operator, name, parse_role(role), branch_id, handle=handle)
        for team in teams:
            add_to_team(tx, operator, _find_or_form_team(tx, operator, team), added.id)
        invitation = invite(tx, operator, added.role, person_id=added.id)
    click.echo(added.handle)
    click.echo(f"On Telegram they type: /start {invitation.code}", err=True)


def _find_or_form_team(tx: Connection, operator: Viewer, name: str) -> int:
    try:
        return find_team(tx, operator, name)
    except NotFound:
        return form_team(tx, operator, name).id


@click.group()
def product() -> None:
    """Products of a company."""


@product.command("add")
@click.argument("sku")
@click.argument("name")
@company_option
@click.option("--price", help="List price of one.")
@click.option("--cost", help="What one costs the company.")
@click.option("--category")
@click.option("--stock", help="How many there are; from then on stock is kept.")
@click.option("--reorder-point", help="Below how many a sale says so.")
@click.option("--branch", help="The branch the stock is in; the first one if left out.")
def add_one(
    sku: str,
    name: str,
    company_handle: str | None,
    price: str | None,
    cost: str | None,
    category: str | None,
    stock: str | None,
    reorder_point: str | None,
    branch: str | None,
) -> None:
    """Add a product."""
    with open_database() as database, database.begin() as tx:
        owner = find_company(tx, company_handle)
        first = list_branches(tx, act_as_operator(owner))[0].id
        operator = act_as_operator(owner, find_branch(tx, owner.id, branch) if branch else first)
        added = add_product(
            tx,
            operator,
            sku=sku,
            name=name,
            category=category,
            price_e4=parse_amount_e4(price, "price") if price else None,
            cost_e4=parse_amount_e4(cost, "cost") if cost else None,
            stock_e3=parse_quantity_e3(stock, "stock") if stock else None,
            reorder_point_e3=parse_quantity_e3(reorder_point, "reorder-point") if reorder_point else None,
        )
    click.echo(added.sku)
