"""Stock as a message. One rule: what runs low comes first."""

from bot.turn import Reply
from bot.views.figures import clip, show_quantity, show_text
from core.catalog.stocktaking import StockRow

MOST_ROWS, LONGEST_NAME = 30, 80


def show_stock(rows: tuple[StockRow, ...], words: str | None) -> Reply:
    """What is there of each product, the low ones first."""
    if not rows:
        what = f"of “{show_text(words)}”" if words else "of anything"
        return Reply(f"📦 No stock is kept {what}.")
    shown = sorted(rows, key=lambda row: not row.is_low)[:MOST_ROWS]
    low = "\n".join(["📉 <b>Running low</b>, and when to reorder", *(_show_row(row) for row in shown if row.is_low)])
    rest = [_show_row(row) for row in shown if not row.is_low]
    if len(rows) > MOST_ROWS:
        rest.append(f"… and {len(rows) - MOST_ROWS} more: <code>/stock NAME</code>")
    enough = "\n".join(["📦 <b>In stock</b>", *rest])
    return Reply("\n\n".join(block for block, is_due in ((low, shown[0].is_low), (enough, bool(rest))) if is_due))


def _show_row(row: StockRow) -> str:
    """The code first, because codes are about as long as each other and the quantities stand in a column."""
    point = f" / {show_quantity(row.product.reorder_point_e3)}" if row.is_low else ""
    name, sku = show_text(clip(row.product.name, LONGEST_NAME)), show_text(row.product.sku)
    return f"<code>{sku}</code> <b>{show_quantity(row.on_hand_e3)}</b>{point} · {name}"


def show_stock_moved(row: StockRow, received_e3: int | None) -> Reply:
    """What there is now."""
    done = f"{show_quantity(received_e3)} taken in" if received_e3 else "Counted"
    return Reply(f"📦 {done}. Now there:\n{_show_row(row)}")
