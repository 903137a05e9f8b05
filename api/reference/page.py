"""placeholder"""

from collections.abc import Mapping
from typing import Any


def render_page(document: Mapping[str, Any]) -> str:
    return "<!doctype html>"
