"""The products and variants a command names. One rule: what a price or a cost is, is asked here and nowhere else."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.catalog.costs import Former, choose_cost
from core.catalog.products import Product, ask_products
from core.catalog.variants import Variant, read_variants
from core.errors import Code, Conflict, InvalidInput, NotFound, about
from core.money import E3, LARGEST_E4, divide_half_even
from core.sales.commands import ReturnLine, SaleLine

Item = tuple[int, int | None]  # the numbers of a product and of its variant


@dataclass(frozen=True, slots=True)
class Goods:
    """The products and variants of a command, by their numbers."""

    products: Mapping[int, Product]
    variants: Mapping[int, Variant]

    def require_sold(self, line: SaleLine, known: Collection[Item]) -> None:
        """Conflict for what was retired, unless a sale that is corrected has it already (edge cases 1 and 2)."""
        if line.product_id is None or (line.product_id, line.variant_id) in known:
            return
        product, variant = self.products[line.product_id], self._find_variant(line)
        if not product.is_active:
            raise Conflict(f"{product.name} is sold no more.", field="product_id", code=Code.SOLD_NO_MORE)
        if variant is not None and not variant.is_active:
            raise Conflict(f"{variant.name} is sold no more.", field="variant_id", code=Code.SOLD_NO_MORE)

    def find_unit_price(self, line: SaleLine | ReturnLine, kept_e4: Mapping[Item, int], foreign: str | None) -> int:
        """What one costs: as said, as it was recorded, or as listed. InvalidInput names `price` where none is known.

        Lists are in the company's currency, so a sale in `foreign` money has to say it.
        """
        if line.unit_price_e4 is not None:
            return line.unit_price_e4
        if line.product_id is None:
            raise InvalidInput("An amount is missing.", field="price", hint="/sale 1250", code=Code.NO_PRICE)
        product = self.products[line.product_id]
        price = kept_e4.get((line.product_id, line.variant_id))
        if price is not None:
            return price
        if foreign is not None:
            raise InvalidInput(
                f"Say what {product.name} sold for in {foreign}.",
                field="price",
                hint=f"/sale {product.sku} @24.99",
                code=Code.NO_PRICE,
            )
        price = self.find_list_price(line)
        if price is None:
            raise InvalidInput(
                f"{product.name} has no list price, so say what it sold for.",
                field="price",
                hint=f"/sale {product.sku} @24.99",
                code=Code.NO_PRICE,
            )
        return price

    def find_list_price(self, line: SaleLine | ReturnLine) -> int | None:
        """What one of a line's product is listed at; None where nobody knows."""
        if line.product_id is None:
            return None
        variant = self._find_variant(line)
        own = variant.price_e4 if variant is not None else None
        return self.products[line.product_id].price_e4 if own is None else own

    def find_cost(
        self, line: SaleLine | ReturnLine, day: date | None = None, former: Former | None = None
    ) -> int | None:
        """What all of a line had cost, on a day for which there are `former` costs; None where nobody knows."""
        if line.product_id is None:
            return None
        variant, of_product = self._find_variant(line), self.products[line.product_id].cost_e4
        cost_e4 = variant.cost_e4 if variant is not None else None
        if day is not None and former:
            of_product = choose_cost(former, (line.product_id, None), day, of_product)
            cost_e4 = choose_cost(former, (line.product_id, line.variant_id), day, cost_e4) if variant else None
        cost_e4 = of_product if cost_e4 is None else cost_e4
        if cost_e4 is None:
            return None
        whole_e4 = divide_half_even(cost_e4 * line.quantity_e3, E3)
        if whole_e4 > LARGEST_E4:
            raise InvalidInput("That is more money than can be counted.", field="quantity")
        return whole_e4

    def _find_variant(self, line: SaleLine | ReturnLine) -> Variant | None:
        return self.variants[line.variant_id] if line.variant_id is not None else None


def read_goods(tx: Connection, viewer: Viewer, lines: Collection[SaleLine | ReturnLine]) -> Goods:
    """What the lines name. Raises NotFound naming `product_id` or `variant_id`."""
    return ask_goods(tx, viewer, lines)()


def ask_goods(tx: Connection, viewer: Viewer, lines: Collection[SaleLine | ReturnLine]) -> Callable[[], Goods]:
    """As `read_goods`, to be called for when they are needed."""
    named = [line for line in lines if line.product_id is not None]
    wanted = [line.product_id for line in named if line.product_id is not None]
    find_products = ask_products(tx, viewer.company.id, wanted)

    def read() -> Goods:
        products = find_products()
        chosen = [line.variant_id for line in named if line.variant_id is not None]
        variants = read_variants(tx, viewer.company.id, chosen) if chosen else {}
        _require_known(lines, products, variants)
        return Goods(products, variants)

    return read


def _require_known(
    lines: Iterable[SaleLine | ReturnLine], products: Mapping[int, Product], variants: Mapping[int, Variant]
) -> None:
    for number, line in enumerate(lines):
        if line.product_id is None:
            continue
        with about("lines", number):
            if line.product_id not in products:
                raise NotFound(f"There is no product number {line.product_id}.", field="product_id")
            if line.variant_id is not None and (
                line.variant_id not in variants or variants[line.variant_id].product_id != line.product_id
            ):
                name = products[line.product_id].name
                raise NotFound(f"{name} has no variant number {line.variant_id}.", field="variant_id")
