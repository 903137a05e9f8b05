"""`salesbell generate` as somebody uses it: a company to look at, that balances, and never one that is there."""

from pathlib import Path

import pytest

from bot.cli import main


def test_it_makes_a_company_that_balances(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALESBELL_DATABASE_URL", database_url)

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["salesbell", *words])
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return int(str(code or 0)), said.out, said.err

    code, out, _ = call("generate", "--lines", "400", "--years", "1", "--until", "2026-10-31", "--company", "Big")
    assert (code, out.splitlines()[0].split(":")[0]) == (0, "Big (big)")
    assert "400 lines" in out
    assert call("verify", "--rebuild")[:2] == (0, call("verify")[1])
    code, _, err = call("generate", "--lines", "10", "--company", "Big")
    assert (code, "company" in err.lower()) == (2, True)
    code, _, err = call("generate", "--lines", "10", "--years", "99", "--company", "Old")
    assert (code, "years: There can be" in err) == (2, True)
