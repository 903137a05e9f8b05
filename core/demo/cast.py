"""Who works at Lumina Home, and who buys there. One rule: whoever comes first is the one to be first."""

from dataclasses import dataclass

from core.access import Role
from core.demo.catalogue import JEDDAH, RIYADH

COMPANY_NAME, CURRENCY, TIME_ZONE = "Lumina Home", "SAR", "Asia/Riyadh"
GROUP_CHAT_ID, GROUP_TITLE = -1_005_000_000_001, "Lumina Home sales"
FIRST_TELEGRAM_ID = 500_000_001

# Those the story turns on: the hero is one good sale from the target and, with it, ahead of the rival.
HERO, RIVAL, MANAGER, ROOKIE = "bob", "noura", "ann", "mei"
TWINS = ("yousef", "priya")  # who have sold for the same amount this morning


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of the company. `share` of the branch's sales in hundredths, 0: does not sell; `days_off` Monday 0."""

    handle: str
    name: str
    role: Role
    branch: str
    share: int = 0
    days_off: tuple[int, ...] = ()


ACTORS = (
    Actor(HERO, "Bob Mensah", Role.EMPLOYEE, RIYADH, 30, (0,)),
    Actor(MANAGER, "Ann Fischer", Role.MANAGER, RIYADH, 6, (4, 5)),
    Actor(RIVAL, "Noura Al-Qahtani", Role.EMPLOYEE, RIYADH, 30, (2,)),
    Actor("priya", "Priya Nair", Role.EMPLOYEE, RIYADH, 21, (1,)),
    Actor("yousef", "Yousef Haddad", Role.ASSISTANT_MANAGER, RIYADH, 13, (6,)),
    Actor("khalid", "Khalid Al-Ghamdi", Role.MANAGER, JEDDAH, 18, (4,)),
    Actor("faisal", "Faisal Bakr", Role.EMPLOYEE, JEDDAH, 43, (0,)),
    Actor(ROOKIE, "Mei Tan", Role.EMPLOYEE, JEDDAH, 39, (2,)),
    Actor("omar", "Omar Khalil", Role.ADMIN, JEDDAH),
    Actor("layla", "Layla Al-Harbi", Role.SUPER_ADMIN, RIYADH),
)
ACTOR_OF = {actor.handle: actor for actor in ACTORS}
MANAGER_OF = {RIYADH: MANAGER, JEDDAH: "khalid"}

TEAMS = {
    "Online": (HERO, "priya", ROOKIE),
    "Showroom": (RIVAL, "yousef", "khalid", "faisal"),
}

HOTEL, CAFE = "Najd Suites Hotel", "Sidra Café"  # who order on the first of the month

REGULARS = (
    "Hala Mansour", "James Porter", "Reem Al-Dosari", "Rosa Jimenez", "Dina Farouk", "Sultan Al-Shehri",
    "Anjali Menon", "Huda Bin Laheq", "Peter Novak", "Grace Okafor", "Imran Chaudhry", "Chloe Martin",
    "Kavita Rao", "Daniel Weiss", "Maria Santos", "Elena Petrova",
)  # fmt: skip
FIRST_NAMES = ("Abdullah", "Fatimah", "Tariq", "Salma", "Nasser", "Lina", "Waleed", "Aisha", "Badr", "Ghada")
FAMILY_NAMES = ("Al-Otaibi", "Al-Zahrani", "Siddiqui", "Idris", "Al-Mutairi", "Haddadin", "Khoury")
CUSTOMERS = REGULARS + tuple(f"{first} {family}" for family in FAMILY_NAMES for first in FIRST_NAMES)

PLATFORMS = (("Direct", 46), ("Shopify", 18), ("Etsy", 14), ("Amazon", 12), ("eBay", 4), (None, 6))
COUPONS = (("WELCOME10", 10), ("SUMMER", 10), ("SALAM15", 15), ("VIP5", 5))  # and how many per cent each is worth
NOTES = (
    "deliver after 6 pm",
    "gift wrapped",
    "asked for the large planter too, call when it is back",
    "paid half by card, half in cash",
    "wedding present, no price on the box",
    "collects on Thursday",
    "second set for the majlis",
    "came because of the window display",
    "wants an invoice in the company's name",
    "assembly booked",
)
MISTAKES = ("typed twice", "wrong customer", "paid elsewhere in the end", "pressed send too early")
