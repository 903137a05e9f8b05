"""Colours of the pictures, those of the chat page. One rule: words reach a contrast of 4.5 on what they stand on."""

from dataclasses import dataclass

from bot.pictures.charts import Theme


@dataclass(frozen=True)
class Palette:
    """Colours as #rrggbb. `tracks` lie behind bars, `slices` follow one another in a pie.

    `rest` is what has no name of its own.
    """

    paper: str
    panel: str
    text: str
    muted: str
    grid: str
    track: str
    accent: str
    good: str
    bad: str
    second: str
    own: str
    land: str
    slices: tuple[str, ...]
    rest: str


PALETTES = {
    Theme.LIGHT: Palette(
        paper="#ffffff",
        panel="#f3f6fc",
        text="#10151c",
        muted="#5a6572",
        grid="#e3e8f0",
        track="#e9eef8",
        accent="#3a6fe0",
        good="#1d7f3b",
        bad="#c93a2b",
        second="#ad5406",
        own="#e6eeff",
        land="#dfe5ee",
        slices=("#3a6fe0", "#2399ad", "#3fa04a", "#e7a91c", "#e9573f", "#7b5be0", "#dc4f86", "#96633a"),
        rest="#8b98a7",
    ),
    Theme.DARK: Palette(
        paper="#17212c",
        panel="#1f2b38",
        text="#edf1f6",
        muted="#9fadbb",
        grid="#2b3a4a",
        track="#26323f",
        accent="#6c9bff",
        good="#62d283",
        bad="#ff8673",
        second="#ffb45e",
        own="#26384f",
        land="#2c3a4a",
        slices=("#6c9bff", "#4fc3d4", "#7fcf6b", "#ffcf70", "#ff8a6b", "#a990f5", "#ff8db3", "#c79a6b"),
        rest="#8b98a7",
    ),
}


def mix(from_colour: str, to_colour: str, share: float) -> str:
    """The colour `share` (0 to 1) of the way from one to the other."""
    pairs = zip(_split(from_colour), _split(to_colour), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


def measure_contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def choose_ink(background: str) -> str:
    """Dark or white letters, whichever is easier to read on the background."""
    return max(("#10151c", "#ffffff"), key=lambda ink: measure_contrast(ink, background))


def _split(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in _split(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
