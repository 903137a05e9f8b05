"""A throw-away company to try things on. One rule: made through a real one's doors, seeded by the day."""

from core.demo.build import Demo, DemoPerson, build_demo

__all__ = ["Demo", "DemoPerson", "build_demo"]
