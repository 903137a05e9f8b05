"""Parse, ask core, show. One rule: a handler is a few lines in one transaction, and knows no Telegram."""
