"""Who may see and do what. One rule: every read and write is scoped here, whichever edge it came through."""

from core.access.roles import PERMISSIONS, RULES, Branches, Permission, Reach, Role, Rule, parse_role
from core.access.scopes import (
    ALL_BRANCHES,
    Scope,
    find_branch,
    find_seen_branch,
    keep_known,
    refuse_branch,
    refuse_others,
    resolve_scope,
)
from core.access.viewers import (
    VIEWER_ROWS,
    Company,
    Viewer,
    act_as_operator,
    find_branch_zone,
    find_company,
    find_viewer,
    load_viewer,
    read_company,
    read_viewer,
)

__all__ = [
    "ALL_BRANCHES",
    "PERMISSIONS",
    "RULES",
    "VIEWER_ROWS",
    "Branches",
    "Company",
    "Permission",
    "Reach",
    "Role",
    "Rule",
    "Scope",
    "Viewer",
    "act_as_operator",
    "find_branch",
    "find_branch_zone",
    "find_company",
    "find_seen_branch",
    "find_viewer",
    "keep_known",
    "load_viewer",
    "parse_role",
    "read_company",
    "read_viewer",
    "refuse_branch",
    "refuse_others",
    "resolve_scope",
]
