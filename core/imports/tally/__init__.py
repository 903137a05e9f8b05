"""Tally's vouchers coming in. One rule: what Tally says a voucher is, and what it adds up to, is what is recorded."""
