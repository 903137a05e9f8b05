"""Files of sales: their columns, rows and names, and what takes them into the ledger."""
