"""Who may make somebody what. One rule: nobody gives a role above their own, nor changes somebody above them."""

from core.access import Permission, Role, Viewer
from core.errors import NotAllowed


def require_role_gift(viewer: Viewer, role: Role) -> None:
    """Raise NotAllowed unless the viewer may make somebody `role`.

    Whoever may invite gives roles below their own; their own role takes the right to manage people.
    """
    viewer.require(Permission.INVITE)
    if role == viewer.role:
        viewer.require(Permission.MANAGE_PEOPLE)
    if role > viewer.role:
        raise NotAllowed(
            f"You are {write_role(viewer.role)}, so you cannot make somebody {write_role(role)}.", field="role"
        )


def require_rank(viewer: Viewer, role: Role) -> None:
    """Raise NotAllowed unless the viewer manages people and stands at least as high as somebody of `role`."""
    viewer.require(Permission.MANAGE_PEOPLE)
    if role > viewer.role:
        raise NotAllowed(f"You are {write_role(viewer.role)} and cannot change {write_role(role)}.", field="person")


def write_role(role: Role) -> str:
    """The role in a sentence: "an assistant manager"."""
    article = "a" if role.label[0] not in "aeiou" else "an"
    return f"{article} {role.label.replace('_', ' ')}"
