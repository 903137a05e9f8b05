"""What a button or a reply may bring. One rule: one entry is one action; what comes with it, its handler checks."""

# By the name a button has it by, what answers it: "module:function" in `bot.handlers`.
ACTIONS = {
    "undo": "sales:undo_sale",
    "restore": "sales:redo_sale",
    "edit": "sales:prompt_correction",
    "note": "sales:prompt_note",
    "pick": "drafts:choose",
    "draft": "dialogue:open_draft",
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
    "draw": "cards:turn_chart",
    "file": "imports:press_file",
    "unkey": "letting_in:press_revoke_key",
    "uninvite": "letting_in:press_revoke_invitation",
    "takeback": "imports:press_take_back",
}
# The buttons that only ask: they need not wait for who writes.
READING_ACTIONS = frozenset({"return", "photo", "page", "open", "board", "kpi", "why", "see"})
