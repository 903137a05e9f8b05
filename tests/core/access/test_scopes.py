"""The contract's part 3 as a table: every role × every branch and person asked for, against the document's words."""

import ast
from itertools import product
from pathlib import Path

import pytest

from core.access import PERMISSIONS, RULES, Company, Permission, Reach, Role, Scope, Viewer, resolve_scope
from core.errors import NotAllowed
from core.periods import Calendar

COMPANY = Company(1, "acme", "Acme", "SAR", "Asia/Riyadh", Calendar(), day_first=True)
OWN, OTHER, THIRD = 1, 2, 3  # branches; who belongs to two belongs to the first two
SELF, COLLEAGUE = 10, 11
ROOT = Path(__file__).resolve().parents[3]


def seat(role: Role, works_on: int | None, belongs_to: tuple[int, ...]) -> Viewer:
    return Viewer(
        COMPANY, SELF, "ann", "Ann", role, OWN, works_on, frozenset(belongs_to), "Asia/Riyadh", "en", "international"
    )


def reach(viewer: Viewer, kind: Reach, branch: int | str | None, person: int | None) -> Scope | str:
    """The scope, or the field a refusal names."""
    every = branch == "all"
    asked = None if isinstance(branch, str) else branch
    try:
        return resolve_scope(viewer, kind, asked, every_branch=every, person_id=person)
    except NotAllowed as refusal:
        return refusal.field or ""


def list_open(role: Role, belongs_to: tuple[int, ...]) -> tuple[int, ...]:
    """The branches the document lets a role work on."""
    if role is Role.MANAGER:
        return belongs_to
    return (OWN,) if role < Role.MANAGER else (OWN, OTHER, THIRD)


@pytest.mark.parametrize("role", Role)
def test_a_scope_is_what_the_document_says(role: Role) -> None:
    """Part 3: own, own, operational, operational or requested, any; self, team for the dashboard, team, any, any."""
    for works_on, belongs_to in product((None, OWN, OTHER, THIRD), ((OWN,), (OWN, OTHER))):
        viewer, open_to = seat(role, works_on, belongs_to), list_open(role, belongs_to)
        operational = works_on if works_on in open_to else OWN
        assert viewer.operational_branch_id == operational
        for kind, branch, person in product(Reach, (None, OWN, OTHER, THIRD, "all"), (None, SELF, COLLEAGUE)):
            sees_team = role > Role.EMPLOYEE and kind is not Reach.MY
            if branch == "all" and role is not Role.SUPER_ADMIN:
                expected: Scope | str = "branch"
            elif branch not in (None, "all", *open_to):
                expected = "branch"
            elif person == COLLEAGUE and not sees_team:
                expected = "person"
            else:
                everybody = sees_team or kind is Reach.BOARD
                there = None if branch == "all" else branch or operational
                expected = Scope(1, there if isinstance(there, int) else None, person if everybody else SELF)
            assert reach(viewer, kind, branch, person) == expected, (works_on, belongs_to, kind, branch, person)


def test_the_table_has_every_role_and_the_permissions_follow_from_it() -> None:
    assert set(RULES) == set(Role)
    assert {role for role in Role if role >= PERMISSIONS[Permission.SEE_TEAM]} == {
        role for role, rule in RULES.items() if rule.sees_team
    }
    assert [rule.own_pages for rule in RULES.values()] == [Reach.MY, Reach.MY, Reach.TEAM, Reach.MY, Reach.MY]


def test_the_operator_sees_whatever_is_asked_for() -> None:
    operator = Viewer(
        COMPANY, None, "operator", "", Role.SUPER_ADMIN, None, None, frozenset(), "UTC", "en", "international"
    )
    for kind, branch, person in product(Reach, (None, OWN), (None, COLLEAGUE)):
        assert resolve_scope(operator, kind, branch, person_id=person) == Scope(1, branch, person)


def test_a_scope_is_made_in_one_place() -> None:
    """Besides the one function, only where core counts in a scope that was resolved before: for goals and receipts."""
    makers = set()
    for path in (ROOT / "core").rglob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
        if any(isinstance(call.func, ast.Name) and call.func.id == "Scope" for call in calls):
            makers.add(path.relative_to(ROOT / "core").as_posix())
    assert {name for name in makers if not name.startswith("goals/")} == {"access/scopes.py", "metrics/count.py"}
