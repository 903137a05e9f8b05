"""Attacks that once gave way. One rule: seeded and repeatable; what takes minutes is slow."""
