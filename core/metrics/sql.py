"""Questions as SQL. One rule: this is the only builder; values are bound, never written into the text."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    union,
    union_all,
)
from sqlalchemy.sql.functions import coalesce

from core.access import Scope
from core.metrics.dimensions import Dimension, Step
from core.metrics.filters import Condition
from core.metrics.labels import is_present, join_paths, label_dimension
from core.metrics.measures import Measured
from core.metrics.plan import Part, is_exact, is_kept, is_one_stretch
from core.models.company import branches
from core.models.rollups import ENTRIES, WORDS, Rollup
from core.models.sales import lines
from core.periods import Calendar
from core.statements import Statement

Groups = Select[Any] | CompoundSelect[Any]  # what yields the key columns and values of each group
Shape = tuple[tuple[Dimension, int], ...]  # each filter's dimension, and how many values it has
DISTINCT, CUSTOMER, LEFT = "distinct_key", "customer_id", "left_of_group"
_OURS = branches.alias("ours")
_OUR_BRANCHES = select(_OURS.c.id).where(_OURS.c.company_id == bindparam("company"))


@dataclass(frozen=True)
class _Outline:
    """All of a question that its statement depends on; what it is asked of is bound."""

    tables: tuple[Rollup | None, ...]  # of each piece
    measured: tuple[Measured, ...]
    by: tuple[Dimension, ...]
    filters: Shape
    has_branch: bool
    has_person: bool
    calendar: Calendar
    in_the_past: bool
    is_kept: bool = False  # a distinct count that is kept as a value
    one_stretch: tuple[bool, ...] = ()  # whether each piece is one day, month or year of its rollup
    rows_come_once: bool = False  # each row of the one piece is a group of its own, or a distinct key of a group
    ranked_by: str | None = None  # only the groups with the largest of this measure, so many as is bound

    @property
    def counts_keys(self) -> bool:
        """Whether it is a distinct count, of the keys in rollups."""
        return self.tables != (None,) and self.measured[0].distinct_key is not None and not self.is_kept

    @property
    def keeps_days(self) -> bool:
        """Whether groups are told apart by day until they are named."""
        return self.tables != (None,) and not self.counts_keys

    def list_sources(self) -> Iterator["_Source"]:
        """Each piece's table; once more with the rollup of what the table leaves out, where that counts."""
        has_rest = bool(self.by) or self.measured[0].distinct_key is None
        has_rest &= not any(dimension.key == CUSTOMER for dimension, _ in self.filters)
        for number, rollup in enumerate(self.tables):
            yield _Source(number, rollup)
            if rollup is not None and rollup.rest is not None and has_rest:
                yield _Source(number, rollup.rest)
            if rollup is not None and rollup.whole is not None and self.has_wordless:
                yield _Source(number, rollup.whole, 1)
                yield _Source(number, rollup, -1)

    @property
    def has_wordless(self) -> bool:
        """Whether a group of its own is what has no word: all there is, less what has one."""
        words = {rollup.word for rollup in self.tables if rollup is not None and rollup.word is not None}
        narrowed = {dimension.key for dimension, _ in self.filters}
        return any(word not in narrowed for word in words)

    def is_exact(self, dimension: Dimension) -> bool:
        """Whether each group there is before names are given is one row of the answer."""
        return is_exact(dimension) and not (dimension.is_time and dimension.name != "day" and self.keeps_days)


@dataclass(frozen=True)
class _Source:
    """A table read for a piece. `sign`: its rows count for the group without a word, or are taken away from it."""

    number: int
    rollup: Rollup | None
    sign: int = 0


def build_select(
    part: Part,
    by: tuple[Dimension, ...],
    conditions: tuple[Condition, ...],
    scope: Scope,
    calendar: Calendar,
    as_of: Any = None,
    best: tuple[str, int] | None = None,
) -> tuple[Statement, dict[str, Any]]:
    """A statement that yields, for each group, the labels, the keys and then the values of the part's measures.

    `best`: a measure of the part, and how many groups are wanted of those with the largest; it may yield more.
    """
    outline = _Outline(
        tuple(piece.rollup for piece in part.pieces),
        part.measured,
        by,
        tuple((condition.dimension, len(condition.values)) for condition in conditions),
        scope.branch_id is not None,
        scope.person_id is not None,
        calendar,
        as_of is not None,
        is_kept(part.measured[0], part.pieces),
        tuple(map(is_one_stretch, part.pieces)),
        _is_row_once(part, by, scope),
        best[0] if best and by and (part.pieces[0].rollup or _sums_up(part.measured)) else None,
    )
    bound: dict[str, Any] = {"company": scope.company_id}
    for number, piece in enumerate(part.pieces):
        bound |= {f"start_{number}": piece.start, f"end_{number}": piece.end}
    bound |= {"branch": scope.branch_id} if scope.branch_id is not None else {}
    bound |= {"person": scope.person_id} if scope.person_id is not None else {}
    bound |= {"as_of": as_of} if as_of is not None else {}
    bound |= {"most": best[1]} if best and outline.ranked_by else {}
    for number, condition in enumerate(conditions):
        bound |= {f"where_{number}_{index}": value for index, value in enumerate(condition.values)}
    return _build(outline), bound


def _sums_up(measured: tuple[Measured, ...]) -> bool:
    return all(measure.is_additive for measure in measured)


@lru_cache(maxsize=1024)
def _build(outline: _Outline) -> Statement:
    """By numbers first, and names joined to what is left: a few groups instead of every row."""
    if outline.tables == (None,) and not (_sums_up(outline.measured) or all(map(is_exact, outline.by))):
        return Statement(_select_labelled(outline))
    grouped = _count_keys(outline) if outline.counts_keys else _add_pieces(outline)
    return Statement(_name_groups(outline, grouped) if outline.by else grouped)


def _is_row_once(part: Part, by: tuple[Dimension, ...], scope: Scope) -> bool:
    """Whether what the question tells apart is all that a rollup's rows of one stretch differ by."""
    rollup, told = part.rollup, {dimension.key for dimension in by} | {part.measured[0].distinct_key}
    if rollup is None or not is_one_stretch(part.pieces[0]):
        return False
    return set(rollup.keys) <= (told | {"branch_id"} if scope.branch_id is not None else told)


def _add_pieces(outline: _Outline) -> Groups:
    """The sums of each group, over all pieces."""
    pieces = [_select_piece(outline, source) for source in outline.list_sources()]
    if len(pieces) == 1:
        return pieces[0]
    every = union_all(*pieces)
    if len(outline.tables) == 1 and CUSTOMER in _name_columns(outline):
        return every  # a group has a customer, or is of the rest
    both = every.subquery("pieces")
    columns = [both.c[name] for name in _name_columns(outline)]
    sums = [_sum(both.c[measure.name]).label(measure.name) for measure in outline.measured]
    query = select(*columns, *sums).group_by(*columns)
    return query.having(func.sum(both.c[LEFT]) > 0) if outline.has_wordless else query


def _select_piece(outline: _Outline, told: _Source) -> Select[Any]:
    number, rollup = told.number, told.rollup
    source = rollup.table if rollup else lines
    columns = list(_identify(source, outline, is_wordless=told.sign != 0))
    paths = [measure.reads for measure in outline.measured] if rollup is None else []
    is_once = bool(outline.by) and outline.rows_come_once and rollup is outline.tables[number] and not told.sign
    values = [_read_value(measure, rollup, is_once) for measure in outline.measured]
    named = [value.label(measure.name) for value, measure in zip(values, outline.measured, strict=True)]
    if outline.has_wordless:
        entries = func.count() if rollup is None else source.c[ENTRIES] if is_once else func.sum(source.c[ENTRIES])
        named.append(entries.label(LEFT))
    if told.sign < 0:
        named = [(-value.element).label(value.name) for value in named]
    query = _narrow(select(*columns, *named), outline, number, rollup, paths)
    if is_once:
        return query.where(source.c[ENTRIES] > 0)
    query = query.group_by(*columns)
    return query.having(func.sum(source.c[ENTRIES]) > 0) if rollup and columns else query


def _read_value(measure: Measured, rollup: Rollup | None, is_once: bool) -> ColumnElement[Any]:
    if rollup is None:
        return _cast(measure.over_lines(lines))
    if measure.kept_as not in rollup.sums:
        return literal_column("0")  # of customers, among the lines without one
    kept = rollup.table.c[measure.kept_as or ""]
    return kept if is_once else _sum(kept)


def _count_keys(outline: _Outline) -> Select[Any]:
    """How many different keys each group has, over the union of all pieces."""
    key = outline.measured[0].distinct_key or ""
    pieces = []
    for told in outline.list_sources():
        number, rollup = told.number, told.rollup
        source = rollup.table if rollup else lines
        # A group without such a key is still a group, of none.
        found = case((_counts(outline, rollup), source.c[key])) if key in source.c else cast(null(), BigInteger)
        query = _narrow(select(*_identify(source, outline), found.label(DISTINCT)), outline, number, rollup, [])
        query = query if outline.rows_come_once and rollup is outline.tables[number] else query.distinct()
        pieces.append(query.where(source.c[ENTRIES] > 0) if rollup else query)
    every = (pieces[0] if len(pieces) == 1 else union(*pieces)).subquery("keys")
    columns = [every.c[name] for name in _name_columns(outline)]
    count = _cast(func.count(every.c[DISTINCT])).label(outline.measured[0].name)
    return select(*columns, count).group_by(*columns)


def _counts(outline: _Outline, rollup: Rollup | None) -> ColumnElement[bool]:
    """Whether the key of a row is among those that are counted."""
    measure = outline.measured[0]
    if rollup is None:
        return lines.c.kind == measure.kind
    return and_(rollup.table.c.lines > 0, rollup.table.c[measure.distinct_key or ""] != 0)


def _name_column(dimension: Dimension, outline: _Outline) -> str:
    """What the groups are told apart by: the line's own key where a path leads on from it, else the label.

    Sums of a rollup have its day as it is; weeks and years are made of the days that are left.
    """
    return dimension.key if dimension.path or (dimension.is_time and outline.keeps_days) else f"by_{dimension.name}"


def _name_columns(outline: _Outline) -> list[str]:
    return list(dict.fromkeys(_name_column(dimension, outline) for dimension in outline.by))


def _identify(source: Table, outline: _Outline, *, is_wordless: bool = False) -> Iterator[ColumnElement[Any]]:
    for name, dimension in {_name_column(dimension, outline): dimension for dimension in outline.by}.items():
        if is_wordless and dimension.key in WORDS:
            yield cast(null(), String).label(name)
        elif name == CUSTOMER and CUSTOMER not in source.c:
            yield _cast(literal_column("0")).label(name)
        elif name not in source.c:
            yield label_dimension(source, dimension, outline.calendar).label(name)
        else:
            yield (coalesce(source.c[name], 0) if source is lines and name != "day" else source.c[name]).label(name)


def _narrow(
    query: Select[Any], outline: _Outline, number: int, rollup: Rollup | None, paths: list[tuple[Step, ...]]
) -> Select[Any]:
    """The rows of one piece that the question is about, in its rollup or that of the rest."""
    source = rollup.table if rollup else lines
    paths = paths + [dimension.path for dimension, _ in outline.filters if not dimension.is_entity]
    query = query.select_from(join_paths(source, paths)).where(source.c.company_id == bindparam("company"))
    is_whole = outline.one_stretch[number] and rollup is outline.tables[number]
    if is_whole:  # said like this, the rows are in the order of the other keys
        query = query.where(source.c.day == bindparam(f"start_{number}"))
    else:
        query = query.where(source.c.day >= bindparam(f"start_{number}"), source.c.day < bindparam(f"end_{number}"))
    if outline.has_branch:
        query = query.where(source.c.branch_id == bindparam("branch"))
    elif rollup and "branch_id" in rollup.keys and not any(one.key == "branch_id" for one, _ in outline.filters):
        # The table leads with the branch: said like this, every branch is one stretch of days.
        query = query.where(source.c.branch_id.in_(_OUR_BRANCHES))
    if outline.has_person:
        query = query.where(source.c.person_id == bindparam("person"))
    if rollup is None:
        query = query.where(is_present(outline.in_the_past))
    for place, (dimension, count) in enumerate(outline.filters):
        column = (
            source.c[dimension.key] if dimension.is_entity else label_dimension(source, dimension, outline.calendar)
        )
        query = query.where(column.in_([bindparam(f"where_{place}_{index}") for index in range(count)]))
    return query


def _name_groups(outline: _Outline, grouped: Groups) -> Groups:
    """The groups by their names, those of one name and no number of their own together."""
    by, is_final = outline.by, all(map(outline.is_exact, outline.by))
    groups = (_keep_best(outline, grouped) if is_final else grouped).subquery("groups")
    labels = [_label_group(groups, dimension, outline).label(f"label_{number}") for number, dimension in enumerate(by)]
    keys: list[ColumnElement[Any]] = [func.nullif(groups.c[one.key], 0) for one in by if _is_near(one)]
    keys += [one.path[-1].table.c.id for one in by if len(one.path) > 1]
    keys = [key.label(f"key_{number}") for number, key in enumerate(keys)]
    source = join_paths(groups, [dimension.path for dimension in by])
    values = [groups.c[measure.name] for measure in outline.measured]
    if is_final:
        return select(*labels, *keys, *values).select_from(source)
    sums = [_sum(value).label(value.name) for value in values]
    return _keep_best(outline, select(*labels, *keys, *sums).select_from(source).group_by(*labels, *keys))


def _is_near(dimension: Dimension) -> bool:
    return dimension.is_entity and len(dimension.path) == 1


def _label_group(groups: Any, dimension: Dimension, outline: _Outline) -> ColumnElement[Any]:
    if dimension.path or (dimension.is_time and outline.keeps_days):
        return label_dimension(groups, dimension, outline.calendar)
    label: ColumnElement[Any] = groups.c[_name_column(dimension, outline)]
    return label


def _keep_best(outline: _Outline, groups: Groups) -> Groups:
    """Those with the largest value, and all that are as large as the last of them."""
    if not outline.ranked_by:
        return groups
    every = groups.cte("every_group")
    value = every.c[outline.ranked_by]
    largest = select(value).order_by(value.desc()).limit(bindparam("most", type_=Integer)).subquery("largest")
    least = select(func.min(largest.c[outline.ranked_by])).scalar_subquery()
    return select(*every.c).where(value >= least)


def _select_labelled(outline: _Outline) -> Select[Any]:
    """From the lines, each with its names: for what is counted once under a name, whatever numbers it has."""
    by = outline.by
    labels = [label_dimension(lines, dimension, outline.calendar) for dimension in by]
    keys = [lines.c[one.key] for one in by if _is_near(one)]
    keys += [one.path[-1].table.c.id for one in by if len(one.path) > 1]
    values = [_cast(measure.over_lines(lines)).label(measure.name) for measure in outline.measured]
    paths = [dimension.path for dimension in by] + [measure.reads for measure in outline.measured]
    return _narrow(select(*labels, *keys, *values), outline, 0, None, paths).group_by(*labels, *keys)


def _sum(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return _cast(func.sum(column))


def _cast(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """PostgreSQL's sum of bigint is numeric, and a sum of nothing is nothing."""
    return cast(coalesce(value, 0), BigInteger)
