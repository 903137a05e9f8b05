"""What is done for its own sake: sums that are proved, a day that passes, a start on a large file."""

from datetime import timedelta
from unittest.mock import patch

import time_machine
from sqlalchemy import update

from core import checks, clock
from core.checks import check_start
from core.db import Database
from core.metrics import recalculation
from core.models.rollups import ROLLUPS
from core.people.members import list_handles
from tests.plans.walk import open_api, walk_jobs


async def prove_sums(database: Database) -> None:
    """Sums that went wrong: those of a small ledger are put right at once, those of a large one by the job."""
    async with open_api(database, "layla") as (layla,):
        for few_lines in (recalculation.FEW_LINES, 0):
            with database.begin() as tx:
                for rollup in ROLLUPS:
                    tx.execute(update(rollup.table).values(entries=rollup.table.c.entries + 1))
            with (
                patch.object(recalculation, "FEW_LINES", few_lines),
                patch.object(recalculation, "SAY_AFTER", timedelta(days=-1)),
            ):
                await layla.call("POST", "/api/performance/recalculate")
                await walk_jobs(database)


async def wait_a_day(database: Database) -> None:
    """Digests are due, and what nobody needs any more goes."""
    with time_machine.travel(clock.now() + timedelta(days=1), tick=True):
        await walk_jobs(database)


async def keep_up(database: Database) -> None:
    """All of it, after everything else."""
    await prove_sums(database)
    await wait_a_day(database)
    with database.begin_read() as tx:
        list_handles(tx)
        check_start(tx)
        with patch.object(checks, "SMALL_FILE_BYTES", 0):
            check_start(tx)
