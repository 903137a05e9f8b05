"""A small shop for tests. One rule: Alice runs branch 1, Bob is her team-mate, Charlie of branch 2 sees none of it."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from core.access import Company, Role, Viewer, act_as_operator, load_viewer
from core.company import Branch, add_branch, create_company, list_branches
from core.people.members import add_person


@dataclass(frozen=True)
class Shop:
    """One company with two branches; `sam` is its super admin, `dana` its admin, both employed in branch 1."""

    company: Company
    riyadh: Branch
    jeddah: Branch
    operator: Viewer
    sam: Viewer
    dana: Viewer
    alice: Viewer
    bob: Viewer
    charlie: Viewer

    def number(self, viewer: Viewer) -> int:
        """The number of the person a viewer is."""
        assert viewer.person_id is not None
        return viewer.person_id


def open_shop(tx: Connection, name: str = "Lamps & Co") -> Shop:
    """Make the shop in this transaction."""
    company = create_company(tx, name, currency="SAR", time_zone="Asia/Riyadh", first_branch="Riyadh Mall")
    operator = act_as_operator(company)
    riyadh = list_branches(tx, operator)[0]
    jeddah = add_branch(tx, operator, "Jeddah", "Asia/Dubai")

    def hire(name: str, role: Role, branch: Branch) -> Viewer:
        return load_viewer(tx, add_person(tx, operator, name, role, branch.id).id)

    return Shop(
        company,
        riyadh,
        jeddah,
        operator,
        sam=hire("Sam", Role.SUPER_ADMIN, riyadh),
        dana=hire("Dana", Role.ADMIN, riyadh),
        alice=hire("Alice", Role.MANAGER, riyadh),
        bob=hire("Bob", Role.EMPLOYEE, riyadh),
        charlie=hire("Charlie", Role.EMPLOYEE, jeddah),
    )
