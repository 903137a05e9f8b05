"""Trouble of every kind: network, database, killed processes. One rule: nothing that was answered is ever lost."""
