"""Attacks and faults, tried again: seeded and repeatable."""
