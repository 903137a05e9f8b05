"""Subscribing to digests. One rule: a digest goes to the chat, and the topic, it was asked for in."""

from sqlalchemy.engine import Connection

from bot.handlers.reading import hinting_with
from bot.parsing.digests import parse_digest
from bot.turn import Reply, Turn
from bot.views.digest import show_digest
from bot.views.subscriptions import show_subscribed, show_subscriptions, show_unsubscribed
from core import clock
from core.reports.digest import compose_digest
from core.reports.subscriptions import list_subscriptions, subscribe, unsubscribe


def answer_digest(tx: Connection, turn: Turn) -> Reply:
    """/digest: what this chat gets; `daily 18:00`, `weekly sunday 9`, `monthly 1 08:30`, `off`; `now`: today's."""
    with hinting_with("digest"):
        said = parse_digest(turn.words)
    if said.kind == "show":
        return show_subscriptions(list_subscriptions(tx, turn.viewer, turn.chat_id))
    if said.kind == "now":
        now = clock.now()
        return Reply(show_digest(compose_digest(tx, turn.viewer, "daily", now, is_group=turn.is_group), now))
    if said.kind == "off" or said.at is None:
        return show_unsubscribed(unsubscribe(tx, turn.viewer, turn.chat_id))
    on_day = said.weekday if said.kind == "weekly" else said.month_day
    minute = said.at.hour * 60 + said.at.minute
    made = subscribe(
        tx,
        turn.viewer,
        turn.chat_id,
        is_group=turn.is_group,
        cadence=said.kind,
        local_minute=minute,
        on_day=on_day,
        topic_id=turn.topic_id,
        chat_title=turn.chat_title,
    )
    return show_subscribed(made)
