"""What people read regularly: standings, dashboards, digests. One rule: every figure is asked of core.metrics."""
