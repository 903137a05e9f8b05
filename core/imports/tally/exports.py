"""Files that Tally exported, looked through before anything is written. One rule: shown or refused, never guessed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import InvalidInput
from core.imports.plan import ImportOptions, Plan, PlannedFile
from core.imports.tally.files.fields import SAMPLE, FieldPath, get_field, get_nested_field_value, list_fields
from core.imports.tally.files.found import COMPANY, COMPLAINT, MASTERS, SETTING, VOUCHER, Fields, Found
from core.imports.tally.files.markup import read_markup
from core.imports.tally.files.objects import read_objects
from core.imports.tally.files.source import TextSource, open_source
from core.imports.tally.files.values import find_currency, read_text
from core.imports.tally.options import TallyOptions
from core.imports.tally.progress import name_source
from core.imports.tally.vouchers.masters import TYPE_HINTS, Masters, Meaning

SUFFIXES = (".xml", ".json")
REJECT_COLUMNS = {"voucher": "guid", "type": "vchtype", "number": "vchno", "date": "date", "party": "customer"}
MOST_TYPES = 10_000
GUID_TAIL = 9  # "-0000105d": a voucher's own part of its GUID


@dataclass(frozen=True, slots=True)
class Company:
    """A company of Tally: what it is called, its GUID and location, as far as a file or the person importing says."""

    name: str | None = None
    guid: str | None = None
    location_id: str | None = None

    @property
    def label(self) -> str:
        """What to call it where somebody reads it."""
        return self.name or self.guid or "Tally"


@dataclass(frozen=True)
class Export:
    """One file: its company, how many vouchers it has, the currency it counts in if it shows one."""

    source: TextSource
    company: Company
    vouchers: int
    currency: str | None
    digest: str

    @property
    def planned(self) -> PlannedFile:
        """What the run needs to know of it."""
        return PlannedFile(self.source.path, name_source(self.company.label), self.digest, self.vouchers)

    def read_vouchers(self) -> Iterator[Found]:
        """Its vouchers in their order."""
        return (found for found in read_export(self.source) if found.kind == VOUCHER and _is_voucher(found.fields))


@dataclass(frozen=True)
class TypeShown:
    """A voucher type there is: how many vouchers it has, what they are taken for and how that is known."""

    name: str
    vouchers: int
    meaning: Meaning
    how: str


@dataclass(frozen=True)
class TallyReading:
    """What was understood of some files: to show before importing, and for the import to go by."""

    exports: tuple[Export, ...]
    options: TallyOptions
    masters: Masters
    learned: dict[str, int]
    types: tuple[TypeShown, ...]
    fields: tuple[FieldPath, ...]


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files among these, and the .xml and .json files of the folders among them, in the order of their names."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES and one.is_file())
        elif path.exists():
            files.append(path)
        else:
            raise InvalidInput(f"There is no {path}.", field="file")
    if not files:
        raise InvalidInput("There is no .xml or .json file there.", field="file", hint="DayBook.xml")
    return files


def read_export(source: TextSource) -> Iterator[Found]:
    """Everything a file has, XML or JSON by what it begins with."""
    first = next((text.lstrip("\ufeff \t\r\n") for text in source.read_chunks() if text.strip("\ufeff \t\r\n")), "")
    if first.startswith("<"):
        return read_markup(source)
    if first.startswith(("{", "[")):
        return read_objects(source)
    raise InvalidInput(
        f"{source.path.name} is neither XML nor JSON: it begins with “{first[:20]}”.", field="file", hint="DayBook.xml"
    )


@dataclass
class _Look:
    """What is learned going through files."""

    masters: Masters
    types: dict[str, tuple[int, Fields]] = field(default_factory=dict)
    learned: dict[str, int] = field(default_factory=dict)
    sample: list[Fields] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    seen: int = 0


def understand_exports(
    paths: Sequence[Path], options: TallyOptions, known_types: dict[str, str] | None = None
) -> Plan[TallyReading]:
    """Go through files once, to the end: what is broken is refused here, naming the place, before anything is written.

    Masters count wherever they stand. `known_types` are parents of voucher types told of before.
    """
    formula = options.formula
    look = _Look(Masters(options.types, dict(known_types or {})))
    exports = [_look_through(open_source(path, options.encoding), options, look) for path in find_files(paths)]
    exports = _name_by_guid(exports)
    if not look.seen and not look.learned:
        said = f": {look.complaints[0]}" if look.complaints else "."
        raise InvalidInput(f"There is no voucher and no master in {exports[0].source.path.name}{said}", field="file")
    fields = list_fields(look.sample)
    paths_there = {one.path for one in fields}
    notes = [
        f"nothing stands under “{path}” in the first vouchers"
        for path in (*(formula.paths if options.salesperson else ()), *options.fields.values())
        if look.sample
        and not any(get_nested_field_value(voucher, path) for voucher in look.sample)
        and path not in paths_there
    ]
    masters_digest = hashlib.sha256(repr((look.masters.types, options.digest())).encode()).hexdigest()
    reading = TallyReading(
        tuple(replace(one, digest=_join_digests(one.digest, masters_digest)) for one in exports if one.vouchers),
        options,
        look.masters,
        look.learned,
        tuple(
            TypeShown(name, count, *look.masters.judge(name, first))
            for name, (count, first) in sorted(look.types.items(), key=lambda one: -one[1][0])
        ),
        fields,
    )
    return Plan(
        "tally",
        tuple(one.planned for one in reading.exports),
        ImportOptions(branch=options.branch),
        reading,
        ", ".join(dict.fromkeys(one.source.encoding for one in reading.exports)),
        ("line", *REJECT_COLUMNS),
        notes=tuple(notes),
    )


def _name_by_guid(exports: list[Export]) -> list[Export]:
    """A company that one file names and another tells by its GUID only is one."""
    names = {one.company.guid: one.company.name for one in exports if one.company.guid and one.company.name}
    return [
        replace(one, company=replace(one.company, name=one.company.name or names.get(one.company.guid or "")))
        for one in exports
    ]


def _join_digests(*digests: str) -> str:
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _look_through(source: TextSource, options: TallyOptions, look: _Look) -> Export:
    company, vouchers, currency = Company(options.company, options.guid, options.location_id), 0, None
    for found in read_export(source):
        if found.kind == VOUCHER and _is_voucher(found.fields):
            vouchers += 1
            company = company if company.guid else _identify(company, found.fields)
            currency = currency or _find_base_currency(found.fields)
            _remember(look, found.fields)
        elif found.kind in MASTERS:
            look.masters.learn(found)
            look.learned[found.kind] = look.learned.get(found.kind, 0) + 1
        elif found.kind == SETTING and found.fields["name"] == "svcurrentcompany":
            company = replace(company, name=company.name or read_text(found.fields["value"]))
        elif found.kind == COMPANY:
            name, guid = _read_company(found.fields)
            company = replace(company, name=company.name or name, guid=company.guid or guid)
        elif found.kind == COMPLAINT:
            look.complaints.append(str(found.fields["value"])[:200])
    return Export(source, company, vouchers, currency, _digest_file(source.path))


def _is_voucher(fields: Fields) -> bool:
    return get_field(fields, "date") is not None and get_field(fields, "vchtype") is not None


def _remember(look: _Look, voucher: Fields) -> None:
    look.seen += 1
    name = get_field(voucher, "vchtype") or ""
    if name not in look.types and len(look.types) >= MOST_TYPES:
        raise InvalidInput(f"There are more than {MOST_TYPES:,} voucher types, which cannot be.", field="file")
    count, hints = look.types.get(name) or (0, {hint: voucher[hint] for hint in TYPE_HINTS if hint in voucher})
    look.types[name] = count + 1, hints
    if len(look.sample) < SAMPLE:
        look.sample.append(voucher)


def _identify(company: Company, voucher: Fields) -> Company:
    """The company by a voucher's own source fields, else by the part of its GUID that all vouchers of one share."""
    guid = get_field(voucher, "source_company_guid")
    own = read_text(voucher.get("guid")) or read_text(voucher.get("remoteid")) or ""
    if guid is None and len(own) == 36 + GUID_TAIL and own[-GUID_TAIL] == "-":
        guid = own[:-GUID_TAIL]
    return Company(
        company.name or get_field(voucher, "source_company"),
        guid,
        company.location_id or get_field(voucher, "source_company_tallyloc_id"),
    )


def _read_company(fields: Fields) -> tuple[str | None, str | None]:
    """The name and GUID of the message about the company that ends an export."""
    name = get_nested_field_value(fields, "remotecmpinfo.remotecmpname")
    guid = get_nested_field_value(fields, "remotecmpinfo.name") if name else read_text(fields.get("guid"))
    return name or read_text(fields.get("name")), guid


def _find_base_currency(voucher: Fields) -> str | None:
    """The currency the books are kept in, where an amount shows it beside a foreign one or by itself."""
    for entry in voucher.get("ledgerentries", voucher.get("allledgerentries", [])) or []:
        amount = entry.get("amount") if isinstance(entry, dict) else None
        if isinstance(amount, dict):
            return find_currency(str(amount.get("currency") or ""))
        if isinstance(amount, str) and "=" in amount:
            return find_currency(amount.rpartition("=")[2])
    return None


def _digest_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_tally_file(path: Path) -> bool:
    """Whether a file looks like Tally's by how it begins; a file that cannot be read is none."""
    try:
        start = next(open_source(path).read_chunks(), "").lstrip("\ufeff \t\r\n")[:4096].lower()
    except (InvalidInput, OSError):
        return False
    if start.startswith("<"):
        return any(mark in start for mark in ("<envelope", "<tallymessage", "<voucher"))
    return start.startswith(("{", "[")) and any(mark in start for mark in ('"tallymessage"', '"vouchers"', '"voucher'))
