"""Vouchers into the ledger. One rule: a voucher is what its highest ALTERID says; what was there before stays history.

The same voucher again changes nothing. One that was altered in Tally closes its lines and opens others, as any
correction does; one that was cancelled, deleted or made optional there counts no longer.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.errors import Conflict, InvalidInput, SalesbellError
from core.imports.plan import Plan, PlannedFile
from core.imports.result import NEW, Rejected, Taken
from core.imports.sales.entities import Entities, Seats
from core.imports.sales.preset import EVERYTHING
from core.imports.sales.rows import SaleRows
from core.imports.taker import Batch, Taker
from core.imports.tally.exports import REJECT_COLUMNS, Company, Export, TallyReading
from core.imports.tally.fates import ReadVoucher
from core.imports.tally.files.fields import get_field
from core.imports.tally.files.found import Found
from core.imports.tally.histories import History, read_histories
from core.imports.tally.keeping import declare_dimensions, remember_options
from core.imports.tally.options import UNASSIGNED
from core.imports.tally.vouchers.details import keep_details, list_custom_fields, read_note
from core.imports.tally.vouchers.drafts import draft_voucher
from core.imports.tally.vouchers.identity import find_state, identify_voucher, read_version
from core.imports.tally.vouchers.limits import require_room
from core.imports.tally.vouchers.lines import DraftLine
from core.imports.tally.vouchers.masters import Meaning
from core.sales.intake import take_in
from core.sales.ledger import Change, DocumentChange, LineRow, apply_change, stamp_lines
from core.sales.ledger.documents import Held, find_documents, hold_source, lock_documents
from core.sales.ledger.months import read_closed_before, refuse_closed, require_later
from core.sales.restating import Fate, Incoming


class TallyTaker(Taker[TallyReading]):
    """Takes vouchers in.

    Counts besides: `corrected`, `withdrawn`, `passed_over` (no sales, or cancelled before they ever came), and
    `differing`, those whose entries do not add up.
    """

    def __init__(self, viewer: Viewer, plan: Plan[TallyReading], *, is_trial: bool) -> None:
        super().__init__(viewer, plan, is_trial=is_trial)
        self.notes = (*plan.notes, *_list_currency_notes(plan.reading.exports, viewer.company.currency))
        self.options, self.masters = plan.reading.options, plan.reading.masters
        self._formula, self._source = self.options.formula, self.options.source
        self._entities = Entities(viewer, EVERYTHING, self.options.branch, None)
        self.created = self._entities.created

    def open(self, tx: Connection) -> None:
        """Keep how files are read now for the next time."""
        self._entities.open(tx)
        declare_dimensions(tx, self.viewer.company.id, list_custom_fields(self.options))
        remember_options(tx, self.viewer, self.options, self.masters.types)

    def read(self, file: PlannedFile, behind: int) -> Iterator[Batch]:
        """The vouchers from there on."""
        export = next(one for one in self.plan.reading.exports if one.planned == file)
        vouchers = islice(export.read_vouchers(), behind, None)
        while found := list(islice(vouchers, self.options.batch_vouchers)):
            yield Batch(len(found), (export.company, found))

    def take(self, tx: Connection, units: tuple[Company, list[Found]], import_id: int | None) -> Taken:
        """Take a batch in; a voucher that is refused takes no other with it."""
        taken, now = Taken(), clock.now()
        self.company, self.import_id = units[0], import_id
        hold_source(tx, self.viewer.company.id, self._source)
        read = self._read_all(units[1], taken)
        self._settle(tx, [one for one in read if one.draft is not None], taken)
        read = [one for one in read if one.draft is None or one.rows]
        there = find_documents(tx, self.viewer.company.id, self._source, [one.key for one in read])
        self._add(tx, [one for one in read if one.key not in there], taken, now)
        self._compare_all(tx, [one for one in read if one.key in there], there, taken, now)
        return taken

    def _read_all(self, batch: list[Found], taken: Taken) -> list[ReadVoucher]:
        """Each voucher once, as its highest version has it."""
        read: dict[str, ReadVoucher] = {}
        for found in batch:
            try:
                one = self._read(found)
            except InvalidInput as error:
                taken.rejected.append(_reject(found, error))
                continue
            before = read.get(one.key)
            if before is not None:
                taken.counts["already_there"] += 1
            if before is None or one.version >= before.version:
                read[one.key] = one
        return list(read.values())

    def _read(self, found: Found) -> ReadVoucher:
        voucher = found.fields
        meaning, _ = self.masters.judge(get_field(voucher, "vchtype") or "", voucher)
        key, version = identify_voucher(voucher, self.company), read_version(voucher)
        state = find_state(voucher)
        if state or meaning not in (Meaning.SALE, Meaning.RETURN):
            return ReadVoucher(found, key, "sale", version, None, state or "no sale")
        draft = draft_voucher(voucher, meaning, self.masters)
        seller = self._formula.read(voucher) or UNASSIGNED
        require_room(draft, seller)
        return ReadVoucher(found, key, meaning.value, version, draft, seller=seller)

    def _settle(self, tx: Connection, read: list[ReadVoucher], taken: Taken) -> None:
        """Find or make what the vouchers name, and write their lines out; those that cannot be are refused."""
        placed = [(one, line) for one in read if one.draft for line in one.draft.lines]
        if not placed:
            return
        seats = self._entities.resolve(tx, _list_names(placed))
        refused: dict[int, InvalidInput] = {}
        for place, (one, line) in enumerate(placed):
            flaw = _find_flaw(seats, place)
            if flaw is not None:
                refused.setdefault(id(one), flaw)
            else:
                one.rows.append(self._build_line(one, line, seats, place))
        for one in read:
            if id(one) in refused:
                one.rows = []
                taken.rejected.append(_reject(one.found, refused[id(one)]))

    def _build_line(self, one: ReadVoucher, line: DraftLine, seats: Seats, place: int) -> LineRow:
        draft = one.draft
        if draft is None:
            raise ValueError("a voucher that does not count has no lines")
        sold_at, day = seats.moment[place]
        return {
            "company_id": self.viewer.company.id,
            "row_key": f"{one.key}\t{len(one.rows) + 1}",
            "kind": one.kind,
            "source": self._source,
            "sold_at": sold_at,
            "day": day,
            "branch_id": seats.branch_id[place],
            "person_id": seats.person_id[place],
            "product_id": seats.product_id[place],
            "customer_id": seats.customer_id[place],
            "platform": None,
            "coupon": None,
            **{name: getattr(draft, name) for name in ("ledger_group", "region", "country", "pincode")},
            "attributes": keep_details(one.found.fields, self.company, draft, line, self.options),
            "quantity_e3": line.quantity_e3,
            "unit_price_e4": line.unit_price_e4,
            "discount_e4": line.discount_e4,
            "amount_e4": line.amount_e4,
            "cost_e4": line.cost_e4,
            "tax_e4": line.tax_e4,
            "round_off_e4": line.round_off_e4,
            "taxes": line.taxes or None,
            "currency": line.currency,
            "rate_e9": line.rate_e9,
            "foreign_amounts": line.foreign_amounts,
            "import_id": self.import_id,
        }

    def _add(self, tx: Connection, new: list[ReadVoucher], taken: Taken, now: datetime) -> None:
        counted = [one for one in new if one.draft is not None]
        taken.counts["passed_over"] += len(new) - len(counted)
        counted = self._reject_closed(tx, counted, taken)
        incoming = [Incoming(one.kind, one.key, one.rows, read_note(one.found.fields)) for one in counted]
        result = take_in(tx, self.viewer, self._source, incoming, at=now)
        taken.goals_met += [goal.id for goal in result.effects.goals_met]
        for one in counted:
            fates = result.fates[one.key]
            flaw = next((fate for fate in fates if isinstance(fate, InvalidInput)), None)
            if flaw is not None:
                taken.rejected.append(_reject(one.found, flaw))
            elif Fate.RECORDED in fates:
                taken.counts["recorded"] += 1
                taken.counts["differing"] += one.draft is not None and not one.draft.is_balanced
            else:
                taken.counts["already_there"] += 1
        taken.counts.update({NEW[kind]: number for kind, number in result.new_documents.items()})

    def _reject_closed(self, tx: Connection, counted: list[ReadVoucher], taken: Taken) -> list[ReadVoucher]:
        """Without the new vouchers of closed months; what is there already is compared, and stays as it is."""
        closed = read_closed_before(tx, self.viewer.company)
        if closed is None:
            return counted
        on_time = [one for one in counted if all(line["day"] >= closed for line in one.rows)]
        late = {one.key for one in counted} - {one.key for one in on_time}
        taken.rejected += [_reject(one.found, refuse_closed(one.rows[0]["day"])) for one in counted if one.key in late]
        return on_time

    def _compare_all(
        self, tx: Connection, known: list[ReadVoucher], there: Mapping[str, int], taken: Taken, now: datetime
    ) -> None:
        """Set vouchers beside what the ledger has of them, and correct that where Tally knows better, in one change."""
        numbers = [there[one.key] for one in known]
        held = lock_documents(tx, self.viewer.company.id, numbers)
        histories = read_histories(tx, self.viewer.company.id, numbers)
        closed = read_closed_before(tx, self.viewer.company)
        corrected = []
        for one in known:
            history = histories[there[one.key]]
            if self._is_news(one, history, taken, closed):
                corrected.append((one, held[there[one.key]], history))
        if corrected:
            effects = apply_change(tx, self._build_change(corrected, now))
            taken.goals_met += [goal.id for goal in effects.goals_met]

    def _is_news(self, one: ReadVoucher, history: History, taken: Taken, closed: date | None) -> bool:
        """Whether a voucher corrects what the ledger has; what becomes of one that does not is counted."""
        is_newer = one.version > history.version or (one.version == history.version and self._reads_anew(one, history))
        if one.draft is None:
            is_newer = one.version >= history.version
        if not is_newer or (one.draft is None and not history.present):
            taken.counts["already_there"] += 1
            return False
        try:
            if one.draft is not None and not history.present and not history.was_withdrawn:
                why = f"“{one.key}” was undone here, so Tally's newer one is not taken."
                raise InvalidInput(why, field="voucher")
            history.require_no_returns()
            require_later(closed, history.present, one.rows)
        except (InvalidInput, Conflict) as error:
            taken.rejected.append(_reject(one.found, error))
            return False
        taken.counts["corrected"] += one.draft is not None
        taken.counts["withdrawn"] += one.draft is None
        return True

    def _reads_anew(self, one: ReadVoucher, history: History) -> bool:
        """Whether the same version says more than it did: a field was chosen, or a formula given, since it came."""
        if not history.is_ours or len(history.present) != len(one.rows):
            return False
        pairs = list(zip(history.present, one.rows, strict=True))
        if self.options.salesperson and any(old["person_id"] != new["person_id"] for old, new in pairs):
            return True
        told = [
            ((old["attributes"] or {}).get(name), new["attributes"].get(name))
            for old, new in pairs
            for name in self.options.fields
        ]
        return any(before != after for before, after in told)

    def _build_change(self, corrected: list[tuple[ReadVoucher, Held, History]], now: datetime) -> Change:
        documents, closed, opened = [], list[LineRow](), list[LineRow]()
        for one, held, history in corrected:
            revision = _revise(one, held, history)
            documents.append(revision)
            closed += history.present
            # A correction stays with the import that brought the voucher: undoing this one must not take it away.
            brought_by = history.present[0]["import_id"] if history.present else self.import_id
            rows = [{**row, "import_id": brought_by, "position": place} for place, row in enumerate(one.rows, 1)]
            opened += stamp_lines(rows, held.id, revision.revision, now)
        return Change(self.viewer, now, documents, closed, opened, is_batch=True)


def _reject(found: Found, reason: SalesbellError) -> Rejected:
    cells = [get_field(found.fields, name) or "" for name in REJECT_COLUMNS.values()]
    return Rejected(found.line, [str(found.line), *cells], reason)


def _revise(one: ReadVoucher, held: Held, history: History) -> DocumentChange:
    if one.draft is None:
        action, reason = "voided", f"{one.why} in Tally"
    else:
        action = "edited" if history.present else "restored"
        reason = "altered in Tally" if one.version > history.version else "read anew in Tally"
    told = reason[:1].upper() + reason[1:]
    return DocumentChange(held.id, held.revision + 1, action, read_note(one.found.fields), told, by_source=True)


def _list_names(placed: list[tuple[ReadVoucher, DraftLine]]) -> SaleRows:
    """What each line names, in the shape in which entities are found or made."""
    drafts = [one.draft for one, _ in placed if one.draft]
    texts: dict[str, list[str | None]] = {
        "product": [line.item for _, line in placed],
        "category": [line.category for _, line in placed],
        "customer": [draft.customer for draft in drafts],
        "person": [one.seller for one, _ in placed],
    }
    places, days = [one.found.line for one, _ in placed], [draft.day for draft in drafts]
    are_returns = [one.kind == "return" for one, _ in placed]
    return SaleRows(places, [[] for _ in placed], texts, [None] * len(placed), list(days), [], are_returns)


def _find_flaw(seats: Seats, place: int) -> InvalidInput | None:
    columns: tuple[list[Any], ...] = (seats.person_id, seats.branch_id, seats.product_id, seats.moment)
    return next((column[place] for column in columns if isinstance(column[place], InvalidInput)), None)


def _list_currency_notes(exports: Sequence[Export], currency: str) -> list[str]:
    """Files whose amounts are shown to be of another currency than the company counts in: never in silence."""
    return [
        f"{export.source.path.name} counts in {export.currency}, the company in {currency}: amounts stay as they are"
        for export in exports
        if export.currency is not None and export.currency != currency
    ]
