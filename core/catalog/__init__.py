"""What is sold, to whom, and what is left of it. One rule: the ledger of sales asks here, never the other way round."""
