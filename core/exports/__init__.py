"""Lists and reports as files. One rule: one entry of `EXPORTS` is one export, by chat, API and command line."""

from core.exports.catalogue import EXPORTS, Export, build_report, find_export
from core.exports.files import CONTENT_TYPES, Exported, Format, export_file, find_format
from core.exports.wanted import Wanted

__all__ = [
    "CONTENT_TYPES",
    "EXPORTS",
    "Export",
    "Exported",
    "Format",
    "Wanted",
    "build_report",
    "export_file",
    "find_export",
    "find_format",
]
