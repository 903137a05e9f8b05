"""What the buttons under a file bring back. One rule: a number, a verb and a few short words, within 64 bytes."""

from dataclasses import dataclass

from core.errors import InvalidInput

SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class FilePress:
    """A button under the file of that number: what is to be done, and with what."""

    number: int
    verb: str
    about: str = ""
    value: str = ""

    def write(self) -> str:
        """As a button's argument."""
        return SEPARATOR.join((str(self.number), self.verb, self.about, self.value)).rstrip(SEPARATOR)


def parse_file_press(argument: str) -> FilePress:
    """What a button under a file means; InvalidInput for one of an older make."""
    number, _, rest = argument.partition(SEPARATOR)
    verb, _, rest = rest.partition(SEPARATOR)
    about, _, value = rest.partition(SEPARATOR)
    if not number.isdigit() or not verb:
        raise InvalidInput("That button is too old. Send the file again.", field="button")
    return FilePress(int(number), verb, about, value)


def parse_import_press(argument: str) -> tuple[int, str]:
    """Which import a button is about, and what to do: ask whether to take it back, do it, or keep it."""
    number, _, verb = argument.partition(SEPARATOR)
    if not number.isdigit():
        raise InvalidInput("That button is too old: /imports shows them anew.", field="button", hint="/imports")
    return int(number), verb
