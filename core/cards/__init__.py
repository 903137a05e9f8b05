"""The dashboard's cards. One rule: a card is a named question; its figures are core.metrics'."""

from core.cards.catalogue import CARDS, CHARTS, Card, Chart

__all__ = ["CARDS", "CHARTS", "Card", "Chart"]
