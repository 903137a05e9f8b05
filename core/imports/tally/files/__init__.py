"""Tally's files as records: XML and JSON, their texts, fields and values."""
