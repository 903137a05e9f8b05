"""What people type, understood. One rule: text in, typed values out; no database, no network, no clock."""
