"""How many requests an address and a key may send. One rule: told beforehand in headers, and 429 says when it goes on.

Each has a bucket of tokens that fills evenly; a request takes one. Buckets are of this process, in memory, and those
that were not used for longest are let go of. A key that was answered lately is known, so that an address where keys
are guessed is slowed down without shutting out those who have one.
"""

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from api.problems import Problem

WINDOW_SECONDS = 60
ADDRESS_SHARE = 5  # how many keys' worth of requests one address may send: people share it
GUESSES = 20  # wrong keys of an address at once; then one every GUESS_SECONDS
GUESS_SECONDS = 3.0
MOST_BUCKETS = 20_000
ANY_NUMBER = 10**12


@dataclass(slots=True)
class Buckets:
    """A bucket of `size` tokens for each name, which is full again after `seconds`."""

    name: str
    size: int
    seconds: float
    read_clock: Callable[[], float] = time.monotonic
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, name: str, tokens: int = 1) -> float:
        """Take from a bucket, and say in how many seconds there is enough: 0 where there was, and it was taken."""
        level, now = self._look(name), self.read_clock()
        missing = max(tokens, 1) - level
        self._levels[name] = (level if missing > 0 else level - tokens, now)
        self._levels.move_to_end(name)
        if len(self._levels) > MOST_BUCKETS:
            self._levels.popitem(last=False)
        return max(0.0, missing) * self.seconds / self.size

    def describe(self, name: str) -> dict[str, str]:
        """The headers of draft-ietf-httpapi-ratelimit-headers: what is allowed, what is left, when there is more."""
        level = self._look(name)
        until_full = math.ceil((self.size - level) * self.seconds / self.size)
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.size};w={int(self.seconds)}',
            "RateLimit": f'"{self.name}";r={int(level)};t={until_full}',
        }

    def _look(self, name: str) -> float:
        level, at = self._levels.get(name, (float(self.size), self.read_clock()))
        return min(float(self.size), level + (self.read_clock() - at) * self.size / self.seconds)


class Limits:
    """What requests may be sent: `per_key` a minute, and wrong keys of an address at once; 0 for any number."""

    def __init__(self, per_key: int = 0, guesses: int = 0, read_clock: Callable[[], float] = time.monotonic) -> None:
        size, guesses = per_key or ANY_NUMBER, guesses or ANY_NUMBER
        self._keys = Buckets("key", size, WINDOW_SECONDS, read_clock)
        self._addresses = Buckets("address", size * ADDRESS_SHARE, WINDOW_SECONDS, read_clock)
        self._guesses = Buckets("guess", guesses, guesses * GUESS_SECONDS, read_clock)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._is_told = per_key > 0

    def admit(self, address: str, key: str) -> None:
        """Let a request in; Problem 429 where the address or the key has sent too many, or too many wrong keys."""
        if wait := self._addresses.take(address):
            raise _refuse("Too many requests from your address.", wait, self._addresses.describe(address))
        name = _name_key(key)
        if name not in self._known:
            if wait := self._guesses.take(address, 0):
                raise _refuse("Too many wrong keys from your address.", wait, {})
        elif wait := self._keys.take(name):
            raise _refuse("Too many requests with this key.", wait, self._keys.describe(name))

    def note_known(self, key: str) -> None:
        """A key was a good one."""
        name = _name_key(key)
        if name not in self._known:
            self._keys.take(name)
        self._known[name] = None
        self._known.move_to_end(name)
        if len(self._known) > MOST_BUCKETS:
            self._known.popitem(last=False)

    def note_unknown(self, address: str, key: str) -> None:
        """A key was none, or is none any more."""
        self._guesses.take(address)
        self._known.pop(_name_key(key), None)

    def describe(self, key: str) -> dict[str, str]:
        """The headers that tell a known key what it has left."""
        return self._keys.describe(_name_key(key)) if self._is_told else {}


def _refuse(detail: str, wait: float, headers: dict[str, str]) -> Problem:
    seconds = max(1, math.ceil(wait))
    hint = f"again in {seconds} {'second' if seconds == 1 else 'seconds'}"
    return Problem(429, detail, hint=hint, headers={**headers, "Retry-After": str(seconds)})


def _name_key(key: str) -> str:
    """What stands for a key here: not the key, which belongs in nobody's memory for longer than a request."""
    return hashlib.blake2b(key.encode(errors="replace"), digest_size=12).hexdigest()
