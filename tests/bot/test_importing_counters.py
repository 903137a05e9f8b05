"""`salesbell import counters.json`. One rule: the file tells that it is one of counters."""

import json
from pathlib import Path

from tests.bot.command_line import Call


def test_it_imports_counters_by_their_file_alone(shop: Call, tmp_path: Path) -> None:
    Path("counters.json").write_text(json.dumps({"qty_sold_SOL-3077": "3", "qty_sold_Rug": 1, "theme": "dark"}))
    code, told, understood = shop("import", "counters.json", "--branch", "mall", "--dry-run")
    assert (code, "1 recorded, 0 there before" in told) == (1, True), told
    assert "2 counters of what was sold, JSON" in understood
    code, told, _ = shop("import", "counters.json", "--branch", "mall")
    assert "Read 2 counters: 1 recorded, 0 there before, 0 of nothing, 1 rejected." in told
    assert "New: 3 units, 74.97 SAR." in told
    assert "There is no product “Rug”" in Path("counters.rejected.csv").read_text("utf-8-sig")
    assert "0 recorded, 1 there before" in shop("import", "counters.json", "--branch", "mall")[1]
    assert "taken back" in shop("import", "--undo", "1")[1]
    code, _, error = shop("import", "counters.json")
    assert (code, "Which branch?" in error) == (2, True)
