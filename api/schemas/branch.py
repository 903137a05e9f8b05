"""Which branch is meant. One rule: core decides whether it may be seen; here it only gets its name."""

from pydantic import Field

from api.problems import Problem
from api.schemas.fields import Query, Text200

BRANCH_WORDS = ("branch", "b", "boutiqueId")


class BranchQuery(Query):
    """Which branch; the contract's names for it are understood too."""

    branch: Text200 = Field(None, description="a branch by handle or name, or `all`; the one worked on unless given")
    b: Text200 = Field(None, description="the contract's word for `branch`", json_schema_extra={"deprecated": True})
    boutique: Text200 = Field(
        None, alias="boutiqueId", description="the contract's word for `branch`", json_schema_extra={"deprecated": True}
    )

    def choose_branch(self) -> str | None:
        """The branch, by whichever of its names; a Problem when they name several."""
        named = {name for name in (self.branch, self.b, self.boutique) if name is not None}
        if len(named) > 1:
            raise Problem(409, f"Which branch: {' or '.join(sorted(named))}?", "branch")
        return named.pop() if named else None
