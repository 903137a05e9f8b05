"""The migrations make the tables that the code knows, whoever starts first, and stay what they are once run."""

import hashlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import MetaData, text

from core.db import Database
from core.errors import Unavailable
from core.migrations import VERSIONS, find_revision, list_revisions, migrate
from core.migrations.integers import require_integers
from core.migrations.scripts import write_migration
from core.models import metadata
from tests.kept.rows import load_rows
from tests.kept.shape import drop_tables, read_shape

KEPT = Path(__file__).parents[1] / "kept" / "0001.sql"

# Databases say 0001 and hold what people sold. What this file makes is what they have: a change of it reaches none of
# them, and they lack it from then on. A change of shape is the next migration, which joins these once it is released.
FROZEN = {
    "0001_the_first_shape.py": "e573d77cccc89aee861de0f40d912ef9e48eb1b93d7504978c1f9f2760f4b567",
    "0002_what_is_asked_for_has_an_index.py": "59eddaf61a3d55f94ca4ba96b7aca7f7bcbd1781f9cb5f2689c2491a45455cca",
    "0003_messages_about_documents.py": "a069f234f8d57a1c353e0b4a2ab9870140c6b9c6432f9ff192a92dea609e32ec",
    "0005_what_a_source_says.py": "45a1a13258e4bcf464185c3dd00815a904abd91478857c1de7798b289196270e",
    "0006_lists_and_filters.py": "7c83a06f9d7acdad361cde9abea5b15dfd7e29b17032849f53fe6c39b65c8d3c",
    "0007_lines_without_a_customer_apart.py": "bab18576d0d0d408f1018a5e93c66e69d956d29f43bea596e8b46f8834c40410",
    "0008_notices_on_a_subject.py": "33051849b1a35535491653244f0fc770dc05309edf06b7b3bdc2587ff01c746d",
    "0009_customers_by_name.py": "52081b0cc5704a86348c0d38322c7bba4b0a1040d4b5941f57bc6e9b3123fbb5",
    "0010_guests_sell_by_a_managers_word.py": "66b8b0ce6310daff66c7025802f5eda5bf986f6a0fe722e0bb780c8149ca9d3a",
    "0011_recalculations.py": "9c67d4954af910a72160590f9140a6f18e9b525810e6576c6d57d8ae30acb6eb",
    "0012_sums_by_platform_and_coupon.py": "6866c7f8e10ee09abfa6dc71e07c751466ad879f03c88fd29da7f8ffa56af113",
    "0013_what_lets_people_in_can_end.py": "1a587286647aa979381bc02f3a38c9515a625d2e6152dc53cd90e7efbe26117a",
    "0014_sales_of_one_message.py": "110a2c1b07536c8b57fcacf19e4af526e5c99a1fe4a8f2a710c3a19308241b48",
}


@pytest.mark.parametrize("name", FROZEN)
def test_a_migration_that_was_run_stays_what_it_is(name: str) -> None:
    written = (VERSIONS / name).read_text(encoding="utf-8")
    assert hashlib.sha256(written.encode()).hexdigest() == FROZEN[name], "write the next one: make migration NAME=…"


def test_they_are_one_chain_that_only_goes_forward() -> None:
    before = None
    for path in sorted(VERSIONS.glob("*.py")):
        names: dict[str, object] = {}
        exec(path.read_text(encoding="utf-8"), names)
        assert (names["revision"], names["down_revision"]) == (path.name[:4], before), path.name
        assert "downgrade" not in names, (
            "who wants back restores a back-up: rows of the newer shape have no place there"
        )
        before = path.name[:4]


def test_they_make_what_the_code_knows(bare_database: Database) -> None:
    migrate(bare_database)
    with bare_database.begin_read() as tx:
        migrated = read_shape(tx)
    drop_tables(bare_database)
    with bare_database.begin() as tx:
        create_tables(tx, metadata)
        assert migrated == read_shape(tx)


def create_tables(tx: sa.Connection, tables: MetaData) -> None:
    """Make them at once, with what every upgrade ends with."""
    tables.create_all(tx)
    if tx.dialect.name == "sqlite":
        require_integers(tx)


def test_several_processes_may_start_at_once(bare_url: str) -> None:
    databases = [Database(bare_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, databases))
    with databases[0].begin_read() as tx:
        assert find_revision(tx, list_revisions()) == list_revisions()[-1]
    for database in databases:
        database.close()


def test_alembic_is_not_loaded_where_the_database_is_current(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'current.sqlite3'}"
    script = f"""
import sys
from core.db import Database
from core.migrations import migrate
database = Database({url!r})
migrate(database)
database.close()
print("alembic" in sys.modules)
"""
    said = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True) for _ in range(2)
    ]
    assert [one.stdout.strip() for one in said] == ["True", "False"]


# ---- what cannot be opened -----------------------------------------------------------------------------------------


def refuse(database: Database) -> str:
    with pytest.raises(Unavailable) as refused:
        migrate(database)
    assert refused.value.field == "SALESBELL_DATABASE_URL"
    return refused.value.message


def run(database: Database, *statements: str) -> None:
    with database.begin() as tx:
        for statement in statements:
            tx.execute(text(statement))


def test_an_older_revision_that_never_was_is_not_called_newer(bare_database: Database) -> None:
    migrate(bare_database)
    run(bare_database, "UPDATE alembic_version SET version_num = '0004'")
    assert "a trial version between 0001 and" in (said := refuse(bare_database))
    assert "newer" not in said


def test_a_newer_revision_is_refused(bare_database: Database) -> None:
    migrate(bare_database)
    run(bare_database, "UPDATE alembic_version SET version_num = '0999'")
    assert "newer version of Salesbell" in (said := refuse(bare_database))
    assert "0999" in said
    assert "back-up" in said


@pytest.mark.parametrize("revision", [None, "ae1027a6acf0"])
def test_the_tables_of_another_program_are_refused_and_stay(bare_database: Database, revision: str | None) -> None:
    run(bare_database, "CREATE TABLE lines (text VARCHAR(20))")
    if revision is not None:
        run(bare_database, "CREATE TABLE alembic_version (version_num VARCHAR(32))")
        run(bare_database, f"INSERT INTO alembic_version VALUES ('{revision}')")
    assert "not a database of Salesbell" in refuse(bare_database)
    with bare_database.begin_read() as tx:
        assert read_shape(tx).keys() == {"lines"}


def test_one_that_lacks_what_its_revision_has_is_refused(bare_database: Database) -> None:
    migrate(bare_database)
    run(bare_database, "DROP TABLE received_files", "ALTER TABLE dashboards DROP COLUMN theme")
    assert "it lacks received_files, dashboards.theme. " in refuse(bare_database)
    run(bare_database, "DROP TABLE digests", "DROP TABLE tally_settings", "DROP TABLE requests", "DROP TABLE shares")
    assert "it lacks digests, received_files, requests, shares, tally_settings and 1 more. " in refuse(bare_database)


# ---- what comes after 0001 -----------------------------------------------------------------------------------------

# A key of a table that grows is added in place, which Alembic does not write by itself.
BY_HAND = """
import sqlalchemy as sa
from alembic import op

revision = "NEXT"
down_revision = "WRITTEN"


def upgrade():
    endpoint = sa.ForeignKey("endpoints.id", name="fk_lines_endpoint_id")
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("lines", sa.Column("endpoint_id", kind, endpoint, nullable=True), inline_references=True)
"""


def imagine_tables() -> MetaData:
    """Today's tables, changed in every way that SQLite has an answer of its own to."""
    changed = MetaData(naming_convention=metadata.naming_convention)
    for one in metadata.sorted_tables:
        one.to_metadata(changed)
    key, present = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), text("ended_at IS NULL")
    sa.Table(
        "endpoints",
        changed,
        sa.Column("company_id", key, sa.ForeignKey("companies.id"), nullable=False),
        sa.Column("id", key, primary_key=True, autoincrement=True),
        sa.Column("url", sa.String(300), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Index("ix_endpoints_url", "url", sqlite_where=present, postgresql_where=present),
    )
    tables = changed.tables
    tables["teams"].append_column(sa.Column("lead_id", key, sa.ForeignKey("people.id")))
    tables["documents"].append_column(sa.Column("is_flagged", sa.Boolean, nullable=False, server_default=sa.false()))
    tables["documents"].append_constraint(sa.Index("ix_documents_original_id", "company_id", "original_id"))
    tables["people"].c.name.type = sa.String(300)
    tables["rollup_branch_day"].append_column(sa.Column("leads", sa.BigInteger, nullable=False, server_default="0"))
    return changed


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MetaData]:
    """Today's migrations with one as `make migration` writes it and one by hand, and the tables they come to."""
    folder, tables = tmp_path_factory.mktemp("100% new") / "versions", imagine_tables()
    shutil.copytree(VERSIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    scratch = Database(f"sqlite:///{folder.parent / 'scratch.sqlite3'}")
    migrate(scratch, folder)
    with scratch.begin() as tx:
        written = write_migration(tx, "Endpoints, flags", folder, tables=tables)
    scratch.close()
    newest = int(list_revisions()[-1])
    assert written.name == f"{newest + 1:04}_endpoints_flags.py"
    by_hand = BY_HAND.replace("WRITTEN", f"{newest + 1:04}").replace("NEXT", f"{newest + 2:04}")
    (folder / f"{newest + 2:04}_by_hand.py").write_text(by_hand, encoding="utf-8")
    column = sa.Column(
        "endpoint_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.ForeignKey("endpoints.id")
    )
    tables.tables["lines"].append_column(column)
    return folder, tables


def test_a_filled_database_goes_through_a_chain(bare_database: Database, chain: tuple[Path, MetaData]) -> None:
    folder, tables = chain
    load_rows(bare_database, "0001", KEPT)
    before = count_lines(bare_database)
    migrate(bare_database, folder)
    with bare_database.begin_read() as tx:
        assert find_revision(tx, list_revisions(folder)) == list_revisions(folder)[-1]
        upgraded = read_shape(tx)
    assert count_lines(bare_database) == before > 40
    with pytest.raises(sa.exc.IntegrityError):
        run(bare_database, "UPDATE lines SET endpoint_id = 7")
    with bare_database.begin() as tx:
        tables.drop_all(tx)
        create_tables(tx, tables)
        assert upgraded == read_shape(tx)


def test_one_that_fails_leaves_everything_as_it_was(
    bare_database: Database, chain: tuple[Path, MetaData], tmp_path: Path
) -> None:
    folder = tmp_path / "versions"
    shutil.copytree(chain[0], folder, ignore=shutil.ignore_patterns("__pycache__"))
    (last,) = folder.glob("*_by_hand.py")
    beginning = last.read_text(encoding="utf-8").split("    endpoint =")[0]
    last.write_text(beginning + '    op.execute("DELETE FROM branches")\n', encoding="utf-8")
    load_rows(bare_database, "0001", KEPT)
    with pytest.raises(Unavailable, match=r"could not be upgraded from revision 0001: .* Nothing was changed"):
        migrate(bare_database, folder)
    with bare_database.begin_read() as tx:
        assert find_revision(tx, list_revisions(folder)) == "0001"
        assert "endpoints" not in read_shape(tx)
    with pytest.raises(sa.exc.IntegrityError):
        run(bare_database, "DELETE FROM branches")


def count_lines(database: Database) -> int:
    with database.begin_read() as tx:
        return int(tx.execute(text("SELECT count(*) FROM lines")).scalar_one())
