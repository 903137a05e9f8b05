"""What a button or a reply may bring. One rule: one entry is one action; what comes with it, its handler checks."""

# By the name a button has it by, what answers it: "module:function" in `bot.handlers`.
ACTIONS = {
    "undo": "sales:undo_sale",
    "restore": "sales:redo_sale",
    "edit": "sales:prompt_correction",
    "note": "sales:prompt_note",
    "pick": "drafts:choose",
    "draft": "dialogue:open_draft",
    "mine": "forwarded:record_forwarded",
    "notmine": "forwarded:leave_forwarded",
    "sure": "doubts:answer_doubt",
    "return": "returns:prompt_return",
    "back": "returns:return_everything",
    "share": "returns:agree_to_share",
    "photo": "photographs:show_photograph",
    "new": "dialogue:press_dialogue",
    "unbulk": "bulk:undo_bulk",
    "page": "log:turn_page",
    "open": "log:open_receipt",
    "board": "figures:turn_board",
    "kpi": "cards:turn_kpi",
    "why": "lines:open_why",
    "see": "lines:turn_lines",
    "chart": "cards:open_chart",
    "draw": "cards:turn_chart",
    "theme": "cards:choose_pictures",
    "file": "imports:press_file",
    "unkey": "letting_in:press_revoke_key",
    "uninvite": "letting_in:press_revoke_invitation",
    "takeback": "imports:press_take_back",
}
# The buttons that record what the message they are about tells, as of when it was written.
TELLING_ACTIONS = frozenset({"pick", "draft", "mine", "sure"})
# The buttons that only ask: they need not wait for who writes.
READING_ACTIONS = frozenset({"return", "photo", "page", "open", "board", "kpi", "why", "see", "chart"})
