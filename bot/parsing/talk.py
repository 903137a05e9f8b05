"""What people say to a bot without a slash. One rule: one phrase is one command; who says more means something else."""

import re

from bot.parsing.tokens import clean_text

_POLITE = r"(?:(?:please|pls|hey|hi|ok|can you|could you|show me|show|give me|tell me|what(?:'|’)?s|what is|the|my) )*"
# How it is said, and the command it is. A group is what the command is about.
PHRASES: tuple[tuple[str, str], ...] = (
    (r"(?:help|help me|commands|menu|what can you do|what can i do|how (?:does this|do you) work)", "help"),
    (
        r"(?:(?:hi|hello|hey)(?: there)?|hiya|salaa?m|good (?:morning|afternoon|evening)|مرحبا|السلام عليكم)",
        "start",
    ),
    (r"(?:undo|undo (?:that|it|this|last|the last(?: (?:one|sale))?|last sale)|take (?:that|it) back)", "undo"),
    (r"(?:undo|delete|remove|void) (?:sale )?(#?\d{1,18})", "undo"),
    (r"(?:cancel|cancel (?:that|it|this)|never ?mind|forget it)", "cancel"),
    (
        r"(?:me|sales today|today(?:'|’)?s sales|numbers|figures|how (?:am i doing|did i do|are my sales)(?: today)?)",
        "me",
    ),
    (r"(?:how did i do|sales) (yesterday|(?:this|last) (?:week|month))", "me"),
    (r"(?:price|prices|cost) (?:of|for) (.+)|how much (?:is|are|does|do) (.+?)(?: cost)?|(.+?) price", "price"),
    (r"(?:return|returned|refund|refunded|took back) (.+)", "return"),
    (r"(?:exchange|exchanged|swap|swapped) (.+)", "exchange"),
    (r"(?:stock|stock of (.+)|how many (.+?) (?:are |do we have )?(?:left|in stock)|(.+?) in stock)", "stock"),
    (r"(?:leaderboard|ranking|who(?:'|’)?s (?:winning|first|leading)|who is (?:winning|first|leading))", "leaderboard"),
    (r"(?:goal|goals|target|targets|how far am i)", "goal"),
    (r"(?:team|how is the team doing|how are we doing)", "team"),
    (r"(?:new|new sale)", "new"),
    (r"(?:log|sales|last sales|history)", "sales"),
    (r"(?:sale )?(#\d{1,18})", "sales"),
)
_COMPILED = tuple((re.compile(rf"{_POLITE}{said}[ ?!.…]*", re.IGNORECASE), name) for said, name in PHRASES)


def read_talk(text: str) -> tuple[str, str] | None:
    """The command that a message means, and the words after it; None where it means none."""
    said = clean_text(text)
    for pattern, name in _COMPILED:
        if found := pattern.fullmatch(said):
            return name, next((words for words in found.groups() if words), "").strip()
    return None
