"""What may read a growing table whole or by company alone, statement by statement, and why."""

import re
from dataclasses import dataclass

from tests.plans.reading import Access
from tests.statements import Asked

ASKED_FOR_ALL = "the operator wants all of it compared, or made"
SMALL_OR_A_PIECE = "of a small ledger all is compared at once, of a large one some days, by a job that was asked for"
WITHOUT_DAYS = "what is asked for is of all time, unless days are given with it"
AS_MANY_AS_PEOPLE = "the goals of all branches are as many as people in some months"
AS_MANY_AS_FILES = "they are as many as files"
DAYS_GIVEN = re.compile(r"\bday >= (?!'0001-01-01|'1900-01-01)")


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why a function of core may read a table whole or by company alone, by statements or plans with these words."""

    asker: str
    table: str  # this and `words` are patterns; `words` of a line of the plan, or of the statement without line breaks
    words: str
    reason: str

    def covers(self, asked: Asked, access: Access) -> bool:
        """Whether it is this."""
        if asked.asker != f"core.{self.asker}" or not re.fullmatch(self.table, access.table):
            return False
        sql = " ".join(asked.sql.split())
        if self.reason is WITHOUT_DAYS and DAYS_GIVEN.search(sql) and "recorded_at <=" not in sql:
            return False  # of today's lines it has days; of an earlier moment, no index knows which lines stood then
        return any(re.search(self.words, said) for said in (access.line, sql))


ROLLUPS_AND_LINES = r"lines|rollup_\w+"
ANY_LINE = r"^SELECT lines\.id FROM lines WHERE lines\.company_id = \S+ LIMIT"
EXCEPTIONS = (
    Excuse("catalog.stock.verify_stock", "stock_moves", r"^SELECT coalesce\(levels\.branch_id", ASKED_FOR_ALL),
    Excuse("metrics.recount._verify", ROLLUPS_AND_LINES, r"^SELECT (anon_1\.|count\(\*\) AS count_1, )", ASKED_FOR_ALL),
    Excuse(
        "metrics.recount.rebuild_rollups",
        ROLLUPS_AND_LINES,
        r"^(DELETE FROM|INSERT INTO|SELECT count\(\*\) AS count_1 FROM) rollup_",
        ASKED_FOR_ALL,
    ),
    Excuse(
        "metrics.recount.count_differences",
        ROLLUPS_AND_LINES,
        r"^SELECT count\(\*\) AS count_1 FROM (rollup_|\()",
        SMALL_OR_A_PIECE,
    ),
    Excuse("metrics.recount.put_right", ROLLUPS_AND_LINES, r"^(DELETE FROM|INSERT INTO) rollup_", SMALL_OR_A_PIECE),
    Excuse("metrics.recalculation._is_large", "lines", ANY_LINE, "it stops after so many lines as are few"),
    Excuse("company._refuse_if_counting", "lines", ANY_LINE, "one is read, whichever it is"),
    Excuse(
        "metrics.recalculation._list_pieces",
        "lines",
        r"ORDER BY lines\.day( DESC)? LIMIT",
        "one end of an index, and the other",
    ),
    Excuse("metrics.known.rebuild_values", "lines|known_values", r"^(DELETE FROM|INSERT INTO) known_", ASKED_FOR_ALL),
    Excuse("generation.targets._list_notices", "goals", r"goals\.met_at IS NOT NULL", ASKED_FOR_ALL),
    Excuse("generation.targets._read_courses", "rollup_person_day", r"ORDER BY rollup_person_day\.day$", ASKED_FOR_ALL),
    Excuse(
        "generation.cast._add_customers", "customers", r"^SELECT customers\.id FROM .* customers\.id$", ASKED_FOR_ALL
    ),
    Excuse("demo.build._silence", "outbox", "^UPDATE outbox SET delivered_at", ASKED_FOR_ALL),
    Excuse(
        "checks.check_recording",
        "documents",
        "^SELECT id FROM documents ORDER BY id DESC LIMIT 1$",
        "the newest is the last row of the table, and one is read",
    ),
    Excuse("checks._read_edges", r"\w+", " LIMIT 1$", "the first row and the last, of each table and index"),
    Excuse("exports.ledger._stream", r"\w+", r"ORDER BY lines\.day, lines\.document_id", WITHOUT_DAYS),
    Excuse("exports.sums._group", "lines", "GROUP BY .* ORDER BY", WITHOUT_DAYS),
    Excuse("exports.sums.add_up", "lines", r"^SELECT lines\.kind, count\(.* GROUP BY lines\.kind$", WITHOUT_DAYS),
    Excuse("exports.sums.draw_course", "lines", r"^SELECT min\(lines\.day\)", WITHOUT_DAYS),
    Excuse(
        "catalog.categories._move",
        "goals",
        r"^(SELECT DISTINCT goals\.category|UPDATE goals SET category)",
        "a category that is renamed is renamed in every goal of it",
    ),
    Excuse("goals.goals.list_goals", "goals", r"goals\.end_day > ", AS_MANY_AS_PEOPLE),
    Excuse("reports.targets.read_targets", "goals", r"goals\.end_day > ", AS_MANY_AS_PEOPLE),
    Excuse(
        "sales.pages.walk_newest",
        "lines",
        r"ORDER BY lines\.day DESC, lines\.sold_at DESC, lines\.document_id DESC LIMIT",
        "an index of all is walked from the newest day, and left after a page",
    ),
    Excuse("sales.pages._count", "lines", r"^SELECT count\(DISTINCT lines\.document_id\)", WITHOUT_DAYS),
    Excuse(
        "sales.log.list_documents",
        "lines",
        r"ORDER BY (sum|max|coalesce|CAST)?.* LIMIT",
        "what sold for most is known once all of it is added up",
    ),
    Excuse("metrics.ask._read", "lines", r"^SELECT .* FROM .*\blines\b", WITHOUT_DAYS),
    Excuse(
        "metrics.ask._read",
        "customers",
        r"\bcustomers\.name\b",
        "where every customer is a row of the answer, every name is read",
    ),
    Excuse(
        "sales.closing._read_adjustments",
        "documents",
        r"documents\.original_id",
        "what came back of one month's sales is few of all that did",
    ),
    Excuse("imports.tally.progress.read_company_progress", "imports", r"imports\.source LIKE", AS_MANY_AS_FILES),
    Excuse(
        "imports.tally.records.read_complete_sales", "imports", r"^SELECT max\(imports\.finished_at", AS_MANY_AS_FILES
    ),
    Excuse("imports.tally.records.read_complete_sales", "lines|documents", r"ORDER BY lines\.day, ", WITHOUT_DAYS),
    Excuse(
        "imports.listing.list_imports",
        "imports",
        r"ORDER BY imports\.id DESC LIMIT",
        "it reads from the end, and stops after a page",
    ),
    Excuse("outbox.readdress_notices", "outbox", "ix_outbox_next_attempt_at", "that index holds only what still waits"),
)
