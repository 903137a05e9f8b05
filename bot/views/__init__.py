"""Results as messages. One rule: pure; whatever people wrote is escaped here."""
