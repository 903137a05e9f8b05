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
    ordered = sorted(rows, key=lambda row: not row.is_low)
    shown = [_show_row(row) for row in ordered[:MOST_ROWS]]
    rest = f"\n… and {len(rows) - MOST_ROWS} more: <code>/stock NAME</code>" if len(rows) > MOST_ROWS else ""
    low = sum(row.is_low for row in rows)
    head = f"📦 <b>Stock</b> · {low} running low" if low else "📦 <b>Stock</b>"
    return Reply("\n".join([head, "", *shown]) + rest)


def _show_row(row: StockRow) -> str:
    """The code first, because codes are about as long as each other and the quantities stand in a column."""
    sign = "📉 " if row.is_low else ""
    point = row.product.reorder_point_e3
    reorder = f" (reorder at {show_quantity(point)})" if row.is_low and point else ""
    name, sku = show_text(clip(row.product.name, LONGEST_NAME)), show_text(row.product.sku)
    return f"{sign}<code>{sku}</code> <b>{show_quantity(row.on_hand_e3)}</b> × {name}{reorder}"


def show_stock_moved(row: StockRow, received_e3: int | None) -> Reply:
    """What there is now."""
    done = f"{show_quantity(received_e3)} taken in" if received_e3 else "Counted"
    return Reply(f"📦 {done}. Now there:\n{_show_row(row)}")
