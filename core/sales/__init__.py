"""The ledger of sales. One rule: what was recorded is never overwritten; a correction is one more record."""
