"""Telling people what changes brought about: rows of the outbox, which are sent after the commit."""

from typing import Any

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.goals.goals import Goal
from core.outbox import find_chats, find_chats_of, post_notices
from core.sales.ledger.change import Effects


def ask_to_share(tx: Connection, viewer: Viewer, effects: Effects) -> None:
    """Each who was named and has not answered is asked, with buttons."""
    for request in effects.share_requests:
        person_id, share_e2 = request.share.person_id, request.share.share_e2
        content = {"document_id": request.document_id, "share_e2": share_e2, "asked_by": viewer.name}
        content |= {"asked": request.share.person_name}
        chats, subject = find_chats_of(tx, viewer.company.id, person_id), f"share:{request.document_id}:{person_id}"
        post_notices(tx, viewer.company.id, "share_asked", chats, content, subject=subject, ordered_by=viewer.person_id)


def tell_low_stock(tx: Connection, viewer: Viewer, effects: Effects) -> None:
    """A branch's managers hear of what these very changes took below its reorder point."""
    for one in effects.low_stock:
        if one.is_new:
            chats = find_chats(tx, viewer.company.id, one.branch_id, None, knows_id=viewer.person_id)
            names = "product_id", "name", "sku", "left_e3", "reorder_point_e3"
            post_notices(tx, viewer.company.id, "low_stock", chats, {name: getattr(one, name) for name in names})


def tell_goals_met(tx: Connection, viewer: Viewer, effects: Effects) -> None:
    """Whoever a goal is of, its seller and the branch's managers hear of all goals that concern them in one message."""
    concern: dict[int, list[Goal]] = {}
    for goal in effects.goals_met:
        told_id = goal.person_id or effects.seller_id
        for chat_id in find_chats(tx, viewer.company.id, goal.branch_id, told_id, knows_id=viewer.person_id):
            concern.setdefault(chat_id, []).append(goal)
    for chat_id, met in concern.items():
        content = {"goals": [describe_goal(goal, viewer.company.currency) for goal in met]}
        post_notices(tx, viewer.company.id, "goals_met", [chat_id], content)


def describe_goal(goal: Goal, currency: str) -> dict[str, Any]:
    """A goal as a notice tells of it, with nothing left to look up."""
    return {
        "goal_id": goal.id,
        "measure": goal.measure,
        "target": goal.target,
        "person": goal.person_name,
        "product": goal.about,
        "start": goal.period.start.isoformat(),
        "last": goal.period.last_day.isoformat(),
        "currency": currency,
    }
