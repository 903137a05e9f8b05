"""Which functions of core ask a database: taken from the source, so that none is forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path

import core
from tests.statements import CARRIERS

ROOT = Path(core.__file__).parent
LOADING = {"load_rows", "run_rows", "load_columns", "send"}  # of core.statements: what they are given is run
EXECUTING = {"execute", "scalar", "scalars", "exec_driver_sql"}  # of a connection
RUNNING = {"rows", "row", "rows_of_each", "ask", "ask_each", "run", "run_each"}  # of a Statement, given a connection
CONNECTIONS = {"tx", "_tx", "connection", "reading", "cursor", "driver"}


def list_askers() -> Iterator[str]:
    """Every function of core that runs SQL itself, as `tests.statements` names who asks."""
    for path in sorted(ROOT.rglob("*.py")):
        module = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
        if not module.startswith(CARRIERS):
            yield from (f"{module}.{name}" for name, asks in _list_functions(ast.parse(path.read_text())) if asks)


def _list_functions(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, _asks(node)
        elif isinstance(node, ast.ClassDef):
            yield from (
                (f"{node.name}.{one.name}", _asks(one)) for one in node.body if isinstance(one, ast.FunctionDef)
            )


def _asks(function: ast.FunctionDef) -> bool:
    return any(_is_asking(node) for node in ast.walk(function) if isinstance(node, ast.Call))


def _is_asking(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id=name):
            return name in LOADING
        case ast.Attribute(value=value, attr=name):
            is_given = bool(call.args) and _is_connection(call.args[0])
            return (name in EXECUTING and _is_connection(value)) or (name in RUNNING and is_given)
    return False


def _is_connection(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in CONNECTIONS
