"""The routes, a module for each noun. One rule: a route calls core and shows what it gives."""

from api.routes import (
    access,
    analytics,
    books,
    cards,
    contract,
    dashboard,
    exports,
    goals,
    health,
    inventory,
    metrics,
    products,
    sale_changes,
    sales,
)
from api.routing import RouteTable

TABLES: tuple[RouteTable, ...] = (
    sales.table,
    sale_changes.table,
    analytics.table,
    metrics.table,
    cards.table,
    dashboard.table,
    contract.table,
    goals.table,
    products.table,
    inventory.table,
    books.table,
    exports.table,
    access.table,
    health.table,
)
