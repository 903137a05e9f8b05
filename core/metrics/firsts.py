"""How many customers there are by and by. One rule: each counts on the first day they bought in the period."""

from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.metrics.ask import resolve_question
from core.metrics.labels import join_paths
from core.metrics.question import Question
from core.metrics.why import narrow
from core.models.sales import lines


def count_first_purchases(tx: Connection, viewer: Viewer, question: Question) -> dict[date, int]:
    """How many of a question's customers bought on each day who had not bought before in its period.

    The days add up to the period's distinct customers. Raises what `ask` raises.
    """
    case = resolve_question(tx, viewer, replace(question, measures=("customers",), by=("day",)))
    rollup = case.parts[0].rollup if len(case.parts) == 1 else None
    source = rollup.table if rollup else lines
    bought = source.c.lines > 0 if rollup else source.c.kind == "sale"
    is_known = source.c.customer_id != 0 if rollup else source.c.customer_id.is_not(None)
    paths = [one.dimension.path for one in case.conditions if not one.dimension.is_entity]
    first = (
        select(func.min(source.c.day).label("day"))
        .select_from(join_paths(source, paths))
        .where(*narrow(source, viewer, question, case), bought, is_known)
        .group_by(source.c.customer_id)
        .subquery("firsts")
    )
    bound = {} if question.as_of is None else {"as_of": question.as_of}
    query = select(first.c.day, func.count()).group_by(first.c.day).order_by(first.c.day)
    return {row[0]: row[1] for row in tx.execute(query, bound)}
