"""What a voucher says: its kind, lines, taxes, seller and name."""
