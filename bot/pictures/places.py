"""Which place on a map a label means. One rule: a label is one place or none, and none is said, never guessed.

States of India by name, common spelling, ISO 3166-2 code (2023 and before) and GST number; countries by their names
in English, Arabic and Hindi (CLDR, through Babel), ISO 3166-1 letters and number, and common names.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global

# Code of 2023: name and, after a colon, the other words for it: former codes, GST numbers, spellings.
INDIA = {
    "AN": "Andaman and Nicobar Islands:35,Andaman and Nicobar,Andaman Nicobar",
    "AP": "Andhra Pradesh:37,28,AD,Andhra",
    "AR": "Arunachal Pradesh:12,Arunachal",
    "AS": "Assam:18",
    "BR": "Bihar:10,BH",
    "CG": "Chhattisgarh:22,CT,Chattisgarh,Chhatisgarh",
    "CH": "Chandigarh:4",
    "DH": "Dadra and Nagar Haveli and Daman and Diu:26,25,DN,DD,DNHDD,Dadra and Nagar Haveli,Daman and Diu,Daman",
    "DL": "Delhi:7,NCT of Delhi,New Delhi,National Capital Territory of Delhi",
    "GA": "Goa:30",
    "GJ": "Gujarat:24,Gujrat",
    "HP": "Himachal Pradesh:2,Himachal",
    "HR": "Haryana:6",
    "JH": "Jharkhand:20",
    "JK": "Jammu and Kashmir:1,J and K,Jammu Kashmir,Jammu,Kashmir",
    "KA": "Karnataka:29",
    "KL": "Kerala:32",
    "LA": "Ladakh:38",
    "LD": "Lakshadweep:31,Lakshadweep Islands",
    "MH": "Maharashtra:27,Maharastra",
    "ML": "Meghalaya:17",
    "MN": "Manipur:14",
    "MP": "Madhya Pradesh:23",
    "MZ": "Mizoram:15",
    "NL": "Nagaland:13",
    "OD": "Odisha:21,OR,Orissa",
    "PB": "Punjab:3",
    "PY": "Puducherry:34,Pondicherry,PO",
    "RJ": "Rajasthan:8",
    "SK": "Sikkim:11",
    "TN": "Tamil Nadu:33,Tamilnadu",
    "TR": "Tripura:16",
    "TS": "Telangana:36,TG,Telengana",
    "UK": "Uttarakhand:5,UT,UA,Uttaranchal",
    "UP": "Uttar Pradesh:9",
    "WB": "West Bengal:19,Bengal,Westbengal",
}

COMMON_COUNTRIES = {
    "AE": "UAE,Emirates,Dubai",
    "BA": "Bosnia,Bosnia and Herz",
    "CD": "DR Congo,DRC,Democratic Republic of the Congo,Dem Rep Congo,Congo Kinshasa",
    "CF": "Central African Rep",
    "CG": "Congo,Republic of the Congo,Congo Brazzaville",
    "CI": "Ivory Coast",
    "CZ": "Czech Republic",
    "DO": "Dominican Rep",
    "EH": "W Sahara",
    "FK": "Falkland Is",
    "GB": "UK,Great Britain,England,Scotland,Wales",
    "GQ": "Eq Guinea",
    "HK": "Hong Kong",
    "IR": "Islamic Republic of Iran",
    "KP": "North Korea",
    "KR": "South Korea,Korea,Republic of Korea",
    "LA": "Lao PDR",
    "MK": "Macedonia,Macedonia FYR",
    "MM": "Burma,Myanmar",
    "MO": "Macau,Macao",
    "NL": "Holland,The Netherlands",
    "PS": "Palestine,State of Palestine",
    "RU": "Russian Federation",
    "SA": "KSA,Saudi,Kingdom of Saudi Arabia",
    "SB": "Solomon Is",
    "SS": "S Sudan",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TF": "Fr S Antarctic Lands",
    "TL": "East Timor,Timor Leste",
    "TR": "Turkiye,Turkey",
    "TW": "Taiwan",
    "TZ": "United Republic of Tanzania",
    "US": "USA,United States of America,America",
    "VE": "Bolivarian Republic of Venezuela",
    "VN": "Viet Nam",
    "XK": "Kosovo",
}


@dataclass(frozen=True)
class Place:
    """Where a place lies on its map: an SVG path (empty for one too small), its middle and its size."""

    code: str
    path: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Map:
    """A map's extent, its places by code, and what each code is called."""

    width: float
    height: float
    places: dict[str, Place]
    names: dict[str, str]
    labels: dict[str, str]

    def find(self, label: str) -> Place | None:
        """The place a label means; None where it means none."""
        code = self.labels.get(fold_label(label))
        return self.places.get(code) if code else None


def fold_label(label: str) -> str:
    """The form in which labels are compared: accents, case, dots, "&" and the zeros before a number do not count."""
    decomposed = unicodedata.normalize("NFKD", label.replace("&", " and ").casefold())
    letters = "".join(one for one in decomposed if not unicodedata.combining(one) or "\u0900" <= one <= "\u097f")
    letters = re.sub("[.'’]", "", letters)
    words = " ".join(re.sub(r"[^\w\u0900-\u097f]+", " ", letters).replace("_", " ").split())
    words = words.removeprefix("the ").removeprefix("in ") if len(words) > 3 else words
    return words.lstrip("0") if words.isdigit() else words


def describe_unmatched(name: str, labels: Iterable[str]) -> str:
    """The labels that are on no place of the map ("india" or "world"): "Not on the map: Unknown"; empty if all are."""
    found = load_map(name)
    missing = [label for label in dict.fromkeys(labels) if found.find(label) is None]
    shown = ", ".join(missing[:5])
    rest = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    return f"Not on the map: {shown}{rest}" if missing else ""


def can_place(name: str, labels: Iterable[str]) -> bool:
    """Whether any of the labels is a place of the map; none is where there is no such map."""
    return bool(name) and any(load_map(name).find(label) for label in labels)


@lru_cache(maxsize=2)
def load_map(name: str) -> Map:
    """The map of "india" or the "world"; KeyError for another."""
    names = {"india": _name_states, "world": _name_countries}[name]()
    text = (files("bot.pictures") / "assets" / f"{name}.json").read_text(encoding="utf-8")
    drawn = json.loads(text)
    places = {code: Place(code, *one) for code, one in drawn["places"].items()}
    labels = {fold_label(label): code for code, known in reversed(names.items()) for label in reversed(known)}
    return Map(drawn["width"], drawn["height"], places, {code: known[0] for code, known in names.items()}, labels)


def _name_states() -> dict[str, list[str]]:
    split = {code: words.partition(":") for code, words in INDIA.items()}
    return {code: [name, code, *others.split(",")] for code, (name, _, others) in split.items()}


def _name_countries() -> dict[str, list[str]]:
    """CLDR's names first; its aliases map ISO's three letters and numbers ("SAU", "682") to the two letters."""
    english, *others = (Locale(language).territories for language in ("en", "ar", "hi"))
    names: dict[str, list[str]] = {
        code: [name, code, *(other[code] for other in others if code in other)]
        for code, name in english.items()
        if len(code) == 2 and code not in ("EU", "EZ", "UN", "ZZ")
    }
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and len(codes) == 1 and codes[0] in names:
            names[codes[0]].append(alias)
    for code, known in COMMON_COUNTRIES.items():
        names[code] += known.split(",")
    return names
