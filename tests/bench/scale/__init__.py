"""Figures and operations at any size: they should not take longer the more was sold."""
