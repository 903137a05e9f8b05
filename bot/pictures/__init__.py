"""Figures as pictures. One rule: pure builders make specifications, one renderer draws them, no word waits for it."""

from bot.pictures.charts import Chart, Headline, NumberFormat, Point, Status, Theme

__all__ = ["Chart", "Headline", "NumberFormat", "Point", "Status", "Theme"]
