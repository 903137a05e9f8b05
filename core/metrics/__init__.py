"""The one aggregator. One rule: nobody else adds up sales (the ledger's own lists apart)."""

from core.metrics.ask import ask
from core.metrics.question import Answer, AnswerRow, Question

__all__ = ["Answer", "AnswerRow", "Question", "ask"]
