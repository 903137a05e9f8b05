"""The routes, a module for each noun. One rule: a route calls core and shows what it gives."""

from api.routes import cards, contract, dashboard, exports, health, metrics, products, sales
from api.routing import RouteTable

TABLES: tuple[RouteTable, ...] = (
    sales.table,
    metrics.table,
    cards.table,
    dashboard.table,
    contract.table,
    products.table,
    exports.table,
    health.table,
)
