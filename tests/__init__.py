"""Tests, laid out as the source is. One rule: they come in through the front doors."""
