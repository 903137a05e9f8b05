"""Lists and reports as files. One rule: one entry of `EXPORTS` is one export, by chat, API and command line."""
