"""Vouchers that come again. One rule: the same changes nothing, the newer supersedes, what was before stays history."""

from datetime import date

import pytest
from sqlalchemy import select

from core import clock
from core.access import Role, act_as_operator, load_viewer
from core.errors import NotAllowed
from core.imports import undo_import
from core.models.company import companies
from core.models.sales import documents, lines, revisions
from core.people.members import add_person
from core.sales.commands import RecordReturn
from core.sales.corrections import void_sale
from core.sales.record import record_return
from tests.core.imports.shop import Shop
from tests.core.imports.tally.daybooks import Item, sell


def read_history(shop: Shop) -> list:
    """The actions and reasons of every revision, in their order."""
    with shop.database.begin_read() as tx:
        rows = tx.execute(select(revisions.c.action, revisions.c.reason).order_by(revisions.c.id))
        return [tuple(row) for row in rows]


def find_document(shop: Shop, guid: str) -> int:
    with shop.database.begin_read() as tx:
        return tx.execute(select(documents.c.id).where(documents.c.external_id == guid)).scalar_one()


def counts(result) -> tuple:
    counts = result.counts
    return result.recorded, counts["corrected"], counts["withdrawn"], result.already_there, result.rejected


def test_it_changes_nothing_when_the_same_comes_again(shop: Shop, take):
    assert counts(take(shop, sell("a"), sell("b"))) == (2, 0, 0, 0, 0)
    assert counts(take(shop, sell("a"), sell("b"), name="again.xml")) == (0, 0, 0, 2, 0)
    assert counts(take(shop, sell("a"), sell("a"), sell("c"), name="twice.xml")) == (1, 0, 0, 2, 0)
    assert shop.totals("invoiced,orders") == ["300.00", 3]
    shop.verify()


def test_it_knows_a_voucher_by_its_guid_though_numbers_begin_anew(shop: Shop, take):
    take(shop, sell("a", number="1", day="20250401"), sell("b", number="1", day="20260401"))
    assert shop.totals("orders") == [2]


def test_it_knows_one_without_a_guid_by_number_day_and_party(shop: Shop, take):
    nameless = sell("", "10.00").write().replace('REMOTEID="" ', "").replace("<GUID></GUID>", "")
    nameless = nameless.replace("<MASTERID> 1</MASTERID>", "")
    other_day = nameless.replace("20260401", "20260402")
    assert counts(take(shop, nameless, other_day)) == (2, 0, 0, 0, 0)
    assert counts(take(shop, nameless, other_day, name="again.xml")) == (0, 0, 0, 2, 0)
    without = nameless.replace("<VOUCHERNUMBER>1</VOUCHERNUMBER>", "")
    assert counts(take(shop, without, name="without.xml")) == (0, 0, 0, 0, 1)


def test_it_corrects_a_voucher_that_was_altered_and_keeps_its_history(shop: Shop, take):
    take(shop, sell("a", alter_id=5), sell("b", alter_id=6))
    before = clock.now()
    more = [Item("Pen", "20", "Nos", None, "200.00"), Item("Ink", "1", "Nos", None, "30.00")]
    result = take(shop, sell("a", alter_id=9, items=more, party="Zed"), sell("b", alter_id=6), name="later.xml")
    assert counts(result) == (0, 1, 0, 1, 0)
    assert shop.ask_by("invoiced", "customer") == {"Zed": ["230.00"], "Asha Traders": ["100.00"]}
    assert read_history(shop)[-1] == ("edited", "Altered in Tally")
    as_it_was = shop.ask("invoiced", as_of=before.isoformat())["totals"]["invoiced"]
    assert as_it_was == "200.00"
    shop.verify()


def test_it_does_not_go_back_to_an_older_export(shop: Shop, take):
    take(shop, sell("a", "200.00", alter_id=9))
    assert counts(take(shop, sell("a", "100.00", alter_id=5), name="old.xml")) == (0, 0, 0, 1, 0)
    assert shop.totals("invoiced") == ["200.00"]


def test_it_takes_the_newest_of_several_in_one_file(shop: Shop, take):
    take(shop, sell("a", "100.00", alter_id=1), sell("a", "300.00", alter_id=3), sell("a", "200.00", alter_id=2))
    assert shop.totals("invoiced,orders") == ["300.00", 1]


STATES = ["ISCANCELLED", "ISDELETED", "ISOPTIONAL"]


@pytest.mark.parametrize("state", STATES)
def test_it_never_counts_what_is_cancelled_deleted_or_optional(sqlite_shop: Shop, take, state: str):
    result = take(sqlite_shop, sell("a", more=f"<{state}>Yes</{state}>"), sell("b"))
    assert (result.recorded, result.counts["passed_over"]) == (1, 1)
    assert sqlite_shop.totals("invoiced") == ["100.00"]


def test_it_withdraws_what_is_cancelled_later_and_brings_it_back(shop: Shop, take):
    take(shop, sell("a", alter_id=1), sell("b", alter_id=2))
    gone = take(shop, sell("a", alter_id=3, cancelled=True), name="cancelled.xml")
    assert counts(gone) == (0, 0, 1, 0, 0)
    assert shop.totals("invoiced,orders") == ["100.00", 1]
    assert read_history(shop)[-1] == ("voided", "Cancelled in Tally")
    assert counts(take(shop, sell("a", alter_id=3, cancelled=True), name="again.xml")) == (0, 0, 0, 1, 0)
    back = take(shop, sell("a", "150.00", alter_id=4), name="back.xml")
    assert counts(back) == (0, 1, 0, 0, 0)
    assert shop.totals("invoiced,orders") == ["250.00", 2]
    assert read_history(shop)[-1] == ("restored", "Altered in Tally")
    shop.verify()


def test_it_withdraws_one_that_is_no_sale_any_more_and_one_that_tally_deletes(shop: Shop, take):
    take(shop, sell("a", alter_id=1), sell("b", alter_id=2))
    deleted = sell("b", alter_id=4).write().replace('ACTION="Create"', 'ACTION="Delete"')
    assert counts(take(shop, sell("a", alter_id=3, type="Sales Order"), deleted, name="later.xml")) == (0, 0, 2, 0, 0)
    assert shop.totals("invoiced,orders") == ["0.00", 0]
    shop.verify()


def test_it_leaves_what_a_person_undid_as_it_is(shop: Shop, take):
    take(shop, sell("a", alter_id=1), sell("b", alter_id=2))
    with shop.database.begin() as tx:
        void_sale(tx, shop.alice, find_document(shop, "a"), "not ours")
    assert counts(take(shop, sell("a", alter_id=1), name="again.xml")) == (0, 0, 0, 1, 0)
    newer = take(shop, sell("a", "120.00", alter_id=3), name="newer.xml")
    assert counts(newer) == (0, 0, 0, 0, 1)
    assert "undone" in newer.rejects[0].read_text(encoding="utf-8-sig")
    assert shop.totals("invoiced") == ["100.00"]


@pytest.mark.parametrize("later", [{"amount": "150.00"}, {"cancelled": True}])
def test_it_leaves_a_voucher_of_which_people_took_something_back_until_that_is_undone(shop: Shop, take, later):
    take(shop, sell("a", alter_id=1))
    with shop.database.begin() as tx:
        back = record_return(tx, shop.alice, RecordReturn("test", "back", (), find_document(shop, "a"))).document_id
    refused = take(shop, sell("a", **later, alter_id=2), name="later.xml")
    assert counts(refused) == (0, 0, 0, 0, 1)
    assert f"came back here (#{back})" in refused.rejects[0].read_text(encoding="utf-8-sig")
    assert shop.totals("invoiced,returns") == ["100.00", "100.00"]
    with shop.database.begin() as tx:
        void_sale(tx, shop.alice, back)
    again = take(shop, sell("a", **later, alter_id=2), name="again.xml")
    assert (again.counts["corrected"] + again.counts["withdrawn"], again.rejected) == (1, 0)
    assert shop.totals("invoiced,returns") == [later.get("amount", "0.00"), "0.00"]
    shop.verify()


def test_it_reads_the_same_version_anew_when_another_field_is_chosen(shop: Shop, take):
    voucher = sell("a", more="<UDF:VANNO.LIST><UDF:VANNO>KA-01</UDF:VANNO></UDF:VANNO.LIST>")
    take(shop, voucher)
    anew = take(shop, voucher, name="again.xml", fields={"van": "udf:vanno"})
    assert counts(anew) == (0, 1, 0, 0, 0)
    assert shop.ask_by("invoiced,orders", "van") == {"KA-01": ["100.00", 1]}
    assert counts(take(shop, voucher, name="more.xml", fields={"van": "udf:vanno"})) == (0, 0, 0, 1, 0)
    assert counts(take(shop, voucher, name="less.xml")) == (0, 0, 0, 1, 0)


def test_it_leaves_closed_months_as_they_were_reported(sqlite_shop: Shop, take):
    shop = sqlite_shop
    take(shop, sell("a", alter_id=1, day="20260315"))
    with shop.database.begin() as tx:
        first = date(2026, 4, 1)
        tx.execute(companies.update().where(companies.c.id == shop.company.id).values(closed_before=first))
        alice = load_viewer(tx, shop.alice.person_id)
    later = sell("a", "150.00", alter_id=2, day="20260315"), sell("b", day="20260331"), sell("c", day="20260401")
    result = take(shop, *later, name="later.xml", viewer=alice)
    assert counts(result) == (1, 0, 0, 0, 2)
    assert "closed" in result.rejects[0].read_text(encoding="utf-8-sig")
    assert shop.ask_by("invoiced", "month") == {"2026-03": ["100.00"], "2026-04": ["100.00"]}
    told = result.rejects[0].read_text(encoding="utf-8-sig")
    assert "March 2026 is closed and stays as reported, so nothing is added to it" in told
    again = take(shop, sell("a", alter_id=1, day="20260315"), later[2], name="again.xml", viewer=alice)
    assert counts(again) == (0, 0, 0, 2, 0)


def test_it_keeps_companies_apart_and_asks_for_the_permission(sqlite_shop: Shop, take):
    take(sqlite_shop, sell("a"))
    assert counts(take(sqlite_shop, sell("a"), name="theirs.xml", viewer=sqlite_shop.charlie))[0] == 1
    assert sqlite_shop.totals("orders") == [1]
    with sqlite_shop.database.begin() as tx:
        dana = load_viewer(tx, add_person(tx, act_as_operator(sqlite_shop.company), "Dana", Role.EMPLOYEE).id)
    with pytest.raises(NotAllowed):
        take(sqlite_shop, sell("b"), name="dana.xml", viewer=dana)


def test_it_can_be_taken_back_whole_and_taken_in_anew(shop: Shop, take):
    kept = take(shop, sell("a", "40.00"))
    gone = take(shop, sell("b"), sell("r", type="Credit Note", is_return=True), name="b.xml")
    undo_import(shop.database, shop.alice, gone.id)
    assert shop.totals("invoiced,returns,orders") == ["40.00", "0.00", 1]
    shop.verify()
    again = take(shop, sell("b"), sell("r", type="Credit Note", is_return=True), name="b.xml")
    assert (again.recorded, again.resumed_at) == (2, 0)
    assert shop.totals("invoiced,returns,orders") == ["140.00", "100.00", 2]
    assert kept.ids != again.ids
    shop.verify()


def test_it_keeps_a_voucher_when_the_import_that_altered_it_is_taken_back(shop: Shop, take):
    first = take(shop, sell("a", alter_id=1))
    altered = take(shop, sell("a", "150.00", alter_id=2), sell("b", alter_id=3), name="later.xml")
    undo_import(shop.database, shop.alice, altered.id)
    assert shop.totals("invoiced,orders") == ["150.00", 1]
    undo_import(shop.database, shop.alice, first.id)
    assert shop.totals("invoiced,orders") == ["0.00", 0]
    shop.verify()


def test_it_says_which_import_each_line_is_of(sqlite_shop: Shop, take):
    first, second = take(sqlite_shop, sell("a")), take(sqlite_shop, sell("b"), name="b.xml")
    with sqlite_shop.database.begin_read() as tx:
        found = {row.row_key.split("\t")[0]: row.import_id for row in tx.execute(select(lines))}
    assert found == {"a": first.id, "b": second.id}
