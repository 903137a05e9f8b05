"""Goals in chat. One rule: seeing needs no number, setting needs one."""

from contextlib import suppress

from sqlalchemy.engine import Connection

from bot.handlers.products import find_one_product
from bot.handlers.reading import hinting_with, read_settings
from bot.parsing.goals import GoalWords, parse_goal
from bot.parsing.workdays import WorkdayWords, parse_workdays
from bot.turn import Reply, Turn
from bot.views.goals import show_goal_dropped, show_goal_set, show_goals
from bot.views.workdays import show_workdays
from core.access import Reach, Viewer, resolve_scope
from core.errors import InvalidInput, NotFound
from core.goals.categories import list_spellings
from core.goals.goals import drop_goal, list_goals, set_goal
from core.goals.progress import add_up_categories, measure_goals
from core.goals.workdays import find_workdays, set_days, set_weights
from core.people.members import Person, find_seen_person, require_present
from core.reports.team import name_scope
from core.text import fold


def answer_goal(tx: Connection, turn: Turn) -> Reply:
    """/goal: the goals of a month; with a number, sets one; with weights or a day, says which days targets fall on."""
    with hinting_with("goal"):
        about_days = parse_workdays(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar)
        if about_days is not None:
            return _answer_workdays(tx, turn, about_days)
        said = parse_goal(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar)
    if said.is_question:
        return _list_goals(tx, turn, said)
    return _drop_goal(tx, turn, said) if said.ends else _set_goal(tx, turn, said)


def _answer_workdays(tx: Connection, turn: Turn, said: WorkdayWords) -> Reply:
    viewer, everywhere = turn.viewer, said.everywhere
    if said.weights_e3:
        workdays = set_weights(tx, viewer, said.weights_e3, everywhere=everywhere)
    elif said.days is not None:
        workdays = set_days(tx, viewer, said.days, is_open=said.is_open, everywhere=everywhere)
    else:
        workdays = find_workdays(tx, viewer, everywhere=everywhere)
    scope = resolve_scope(viewer, Reach.TEAM, every_branch=everywhere)
    whose, today = name_scope(tx, viewer, scope), read_settings(viewer).today
    return show_workdays(workdays, whose, viewer, today, weights_are_new=bool(said.weights_e3))


def _list_goals(tx: Connection, turn: Turn, said: GoalWords) -> Reply:
    viewer = turn.viewer
    today = read_settings(viewer).today
    day = today if said.period.start <= today < said.period.end else said.period.start
    person = _find_whom(tx, viewer, said)
    goals = list_goals(tx, viewer, day, person_id=person.id if person else None)
    progress = measure_goals(tx, viewer.company, goals, today)
    return show_goals(progress, add_up_categories(tx, viewer.company, progress, today), said.period, viewer)


def _set_goal(tx: Connection, turn: Turn, said: GoalWords) -> Reply:
    viewer = turn.viewer
    product_id, category, person_id = _find_subject(tx, viewer, said)
    measure = "units" if said.quantity_e3 is not None else "revenue"
    done = set_goal(
        tx,
        viewer,
        measure=measure,
        target=said.quantity_e3 or said.amount_e4 or 0,
        period=said.period,
        person_id=person_id,
        product_id=product_id,
        category=category,
    )
    (progress,) = measure_goals(tx, viewer.company, [done.goal], read_settings(viewer).today)
    return show_goal_set(done, progress, viewer.company.currency)


def _drop_goal(tx: Connection, turn: Turn, said: GoalWords) -> Reply:
    product_id, category, person_id = _find_subject(tx, turn.viewer, said)
    goal = drop_goal(tx, turn.viewer, period=said.period, person_id=person_id, product_id=product_id, category=category)
    return show_goal_dropped(goal, turn.viewer.company.currency)


def _find_whom(tx: Connection, viewer: Viewer, said: GoalWords) -> Person | None:
    """Whose goals are asked for: a person may be named without the @."""
    if said.product_words is None:
        return find_seen_person(tx, viewer, f"@{said.handle}") if said.handle else None
    try:
        return find_seen_person(tx, viewer, said.product_words)
    except NotFound:
        message = f"“{said.product_words}” is neither a person, a number nor a month."
        raise InvalidInput(message, field=said.product_words, hint="/goal @ann 20000") from None


def _find_subject(tx: Connection, viewer: Viewer, said: GoalWords) -> tuple[int | None, str | None, int | None]:
    """The product or the category (by its whole name) a goal is of, if any, and the person, if any.

    A word that is neither product nor category may be a person, as somebody forgets the @.
    """
    words = said.product_words
    person_id = require_present(viewer, find_seen_person(tx, viewer, f"@{said.handle}")).id if said.handle else None
    if not words:
        return None, None, person_id
    if fold(words) in list_spellings(tx, viewer.company.id):
        return None, words, person_id
    try:
        return find_one_product(tx, viewer, words, "/goal 200 units {sku}").id, None, person_id
    except NotFound as error:
        with suppress(NotFound):
            if person_id is None:
                return None, None, require_present(viewer, find_seen_person(tx, viewer, words)).id
        message = f"I know no product, category or person like “{words}”."
        raise NotFound(message, field=words, hint="/goal 200 units SOL-3077") from error
