"""Goals: a measure to reach by a date. One rule: progress is always asked of core.metrics, never kept."""
