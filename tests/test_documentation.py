"""The generated references against the code. One rule: what differs is named, and `make docs` puts it right."""

from pathlib import Path

import pytest

from core.access import PERMISSIONS, Role
from core.metrics.dimensions import DIMENSIONS
from core.metrics.measures import MEASURES
from core.settings import Settings
from docs.reference import PAGES, README, SECTIONS, fill_sections, write_everything

ROOT = Path(__file__).resolve().parent.parent
GENERATED = write_everything()


@pytest.mark.parametrize("path", GENERATED)
def test_it_is_what_the_code_says(path: str) -> None:
    file = ROOT / path
    assert file.exists(), f"{path} is missing: run `make docs`"
    assert file.read_text(encoding="utf-8") == GENERATED[path], f"{path} differs from the code: run `make docs`"


def test_it_leaves_no_page_behind_that_nothing_writes() -> None:
    pages = {str(page.relative_to(ROOT)) for page in (ROOT / "docs" / "reference").iterdir()}
    assert pages == set(PAGES)


@pytest.mark.parametrize("name", SECTIONS)
def test_it_has_every_section_in_the_readme(name: str) -> None:
    assert (ROOT / README).read_text(encoding="utf-8").count(f"<!-- generated: {name} -->") == 1


def test_it_notices_a_section_that_was_changed_by_hand() -> None:
    wanted = GENERATED[README]
    changed = wanted.replace("see the leaderboard", "see nothing")
    assert changed != wanted
    assert fill_sections(changed) == wanted


def test_it_names_everything_there_is() -> None:
    for path, names in (
        ("docs/reference/measures.md", MEASURES),
        ("docs/reference/dimensions.md", DIMENSIONS),
        ("docs/reference/settings.md", [f"SALESBELL_{name.upper()}" for name in Settings.model_fields]),
    ):
        assert [name for name in names if f"| `{name}` |" not in GENERATED[path]] == []
    permissions = GENERATED["docs/reference/permissions.md"]
    assert [one for one in PERMISSIONS if f"| {one.value} |" not in permissions] == []
    assert [role for role in Role if f"| {role.label.replace('_', ' ')} |" not in permissions] == []


@pytest.mark.parametrize("page", [README, *(str(one.relative_to(ROOT)) for one in (ROOT / "docs").glob("*.md"))])
def test_it_links_to_what_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [piece.split(")")[0] for piece in text.split("](")[1:]]
    targets += [piece.split('"')[0] for word in ('src="', 'srcset="') for piece in text.split(word)[1:]]
    headings = {"#" + line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line.startswith("#")}
    local = [target for target in targets if not target.startswith("http")]
    folder = (ROOT / page).parent
    assert local or page != README
    assert [one for one in local if one not in headings and not (folder / one.split("#")[0]).is_file()] == []
