"""The command line as tests call it. One rule: `call("ask", …)` gives what a shell would see."""

from collections.abc import Callable

Said = tuple[int, str, str]  # exit code, standard output, standard error
Call = Callable[..., Said]
