"""Clients that generators make of the document: every call of README's quick start, with each of them."""

import importlib
import json
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from api.openapi import build_document
from api.routes import TABLES
from tests.api.house import House

PACKAGES = ("openapi-typescript@7", "openapi-fetch@0.14", "typescript@5", "@types/node@22")
# README's calls, and a correction that says one thing: what is left out stays.
SCRIPT = """
import createClient from "openapi-fetch";
import type { paths } from "./api";

async function main() {
  const [baseUrl, key, product] = process.argv.slice(2);
  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
  const sold = await client.POST("/api/sales", {
    params: { header: { "Idempotency-Key": "till-4711" } },
    body: { sku: "SOL-3077", quantity: 2, platform: "Shopify" },
  });
  const sales = await client.GET("/api/sales", { params: { query: { platform: "Shopify", limit: 10 } } });
  const figures = await client.GET("/api/metrics/query", {
    params: { query: { measures: "revenue,orders", by: "person", period: "month" } },
  });
  const changed = await client.PUT("/api/products/{id}", {
    params: { path: { id: Number(product) } }, body: { category: "Lamps" },
  });
  console.log(JSON.stringify({
    orders: figures.data?.data.totals.orders, total: sold.data?.data.total_revenue,
    listed: sales.data?.data.map((sale) => sale.total_revenue),
    price: changed.data?.data.price, cost: changed.data?.data.cost,
  }));
}

main();
"""
EXPECTED = {"orders": 1, "total": 51.98, "listed": [51.98], "price": 25.99, "cost": 10}


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """The document as a file."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(build_document(TABLES)))
    return path


def test_the_quick_start_is_what_is_tried() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    called = {address.partition("?")[0] for address in re.findall(r"localhost:8080(/api/[^\s\"]+)", readme)}
    assert called == {"/api/metrics/query", "/api/sales"}


def test_a_client_in_python_makes_every_call_of_the_quick_start(
    document: Path, running_api: tuple[str, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, settings = document.parent / "salesbell_client", document.parent / "settings.yml"
    settings.write_text("post_hooks: []\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document)]
    command += ["--output-path", str(made), "--meta", "none", "--config", str(settings), "--fail-on-warning"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(str(document.parent))
    address, house = running_api
    with _load("client").AuthenticatedClient(base_url=address, token=house.keys["dana"]) as client:
        assert _make_calls(client, house.products["SOL-3077"]) == EXPECTED


def _make_calls(client: Any, number: int) -> dict[str, Any]:
    models = _load("models")

    def call(name: str, *told: Any, **more: Any) -> dict[str, Any]:
        answer = _load(f"api.{name}").sync(*told, client=client, **more)
        assert not isinstance(answer, models.ProblemDetails), answer
        content: dict[str, Any] = answer.to_dict()
        return content

    sold = models.SaleOfOne(sku="SOL-3077", quantity=2, platform="Shopify")
    sale = call("sales.create_sale", body=sold, idempotency_key="till-4711")
    sales = call("sales.list_sales", platform="Shopify", limit=10)
    figures = call("metrics.query_metrics", measures="revenue,orders", by="person", period="month")
    edit = models.ProductEdit(category="Lamps")
    assert edit.to_dict() == {"category": "Lamps"}
    product = call("products.update_product", number, body=edit)["data"]
    return {
        "orders": figures["data"]["totals"]["orders"],
        "total": sale["data"]["total_revenue"],
        "listed": [one["total_revenue"] for one in sales["data"]],
        "price": product["price"],
        "cost": product["cost"],
    }


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"salesbell_client.{name}")


def test_a_client_in_typescript_makes_every_call_of_the_quick_start(
    document: Path, running_api: tuple[str, House]
) -> None:
    folder, (address, house) = document.parent, running_api
    if shutil.which("npm") is None or not _run(folder, "npm", "install", "--no-audit", "--no-fund", *PACKAGES):
        said = "NO NPM: the client in TypeScript is not tried. Install npm, with a registry."
        warnings.warn(said, stacklevel=1)
        pytest.skip(said)
    (folder / "quickstart.ts").write_text(SCRIPT)
    assert _run(folder, "npx", "openapi-typescript", "openapi.json", "-o", "api.d.ts"), "no types"
    strict = ("--strict", "--noEmitOnError", "--skipLibCheck", "--module", "node16", "--target", "es2022")
    assert _run(folder, "npx", "tsc", *strict, "--types", "node", "quickstart.ts"), "types do not fit"
    said = _run(folder, "node", "quickstart.js", address, house.keys["dana"], str(house.products["SOL-3077"]))
    assert json.loads(said) == EXPECTED


def _run(folder: Path, *command: str) -> str:
    """What a command says; nothing where it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    print(done.stdout[-2000:], done.stderr[-2000:])
    return "" if done.returncode else done.stdout or " "
