"""Keys and invitations. One rule: they are listed and ended here, and made elsewhere: a key makes no other."""

from typing import Any

from sqlalchemy.engine import Connection

from api.routing import Outcome, RouteTable
from api.schemas.access import InvitationAnswer, InvitationPath, KeyAnswer, KeyPath
from api.schemas.envelope import Success
from core.access import Viewer
from core.people.invitations import Invitation, list_invitations, revoke_invitation
from core.people.keys import Key, list_keys, revoke_key

table = RouteTable("Access", "The keys and invitations that let people and programs in, and how to end them.")
READ, WRITE = "access:read", "access:write"


@table.declare("GET", "/api/keys", answer=Success[list[KeyAnswer]], scope=READ)
def list_api_keys(tx: Connection, viewer: Viewer) -> Outcome:
    """List the keys one may revoke, the newest first: one's own; for those who manage people, others' too."""
    return Outcome([_show_key(one) for one in list_keys(tx, viewer)])


@table.declare("DELETE", "/api/keys/{id}", answer=Success[KeyAnswer], scope=WRITE, problems=(404,))
def revoke_api_key(tx: Connection, viewer: Viewer, path: KeyPath) -> Outcome:
    """Revoke a key: it ends at once, and for good."""
    return Outcome(_show_key(revoke_key(tx, viewer, path.id)))


@table.declare("GET", "/api/invitations", answer=Success[list[InvitationAnswer]], scope=READ)
def list_open_invitations(tx: Connection, viewer: Viewer) -> Outcome:
    """List the open invitations to the branches one may invite to, the newest first."""
    return Outcome([_show_invitation(one) for one in list_invitations(tx, viewer)])


@table.declare("DELETE", "/api/invitations/{id}", answer=Success[InvitationAnswer], scope=WRITE, problems=(404,))
def revoke_open_invitation(tx: Connection, viewer: Viewer, path: InvitationPath) -> Outcome:
    """Revoke an open invitation: nobody comes in by it any more. Answers it as it was."""
    return Outcome(_show_invitation(revoke_invitation(tx, viewer, path.id)))


def _show_key(one: Key) -> dict[str, Any]:
    return {
        "id": one.id,
        "handle": one.handle,
        "label": one.label,
        "scopes": sorted(one.scopes),
        "created_at": one.created_at,
        "made_by": one.made_by,
        "last_used_at": one.last_used_at,
        "expires_at": one.expires_at,
        "revoked_at": one.revoked_at,
    }


def _show_invitation(one: Invitation) -> dict[str, Any]:
    return {
        "id": one.id,
        "role": one.role.label,
        "branch": one.branch_name,
        "handle": one.handle,
        "uses_left": one.uses_left,
        "created_at": one.created_at,
        "made_by": one.made_by,
        "last_used_at": one.last_used_at,
        "expires_at": one.expires_at,
    }
