"""Which field is at fault, as the request has it. One rule: core names what it refuses; here it gets the sent path."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from api.arguments import Pairs
from api.problems import Problem
from api.routing import Route
from api.schemas.branch import BRANCH_WORDS
from api.schemas.fields import Body
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound, SalesbellError

_SEPARATORS = re.compile("[,=]")
# What core calls the fields of a sale, in the words of most bodies.
FIELDS: Mapping[str, str] = {
    "price": "unit_price",
    "discount": "discount_amount",
    "date": "sale_date",
    "coupon": "coupon_code",
    "customer": "customer_name",
    "note": "notes",
    "share": "shares",
    "sale": "id",
}


@contextmanager
def in_words_of_request(body: Body | None = None) -> Iterator[None]:
    """What core's rules refuse of a well-formed body contradicts something: the price, the stock, the calendar."""
    try:
        yield
    except InvalidInput as error:
        raise Problem(409, error.message, name_field(error, body), code=error.code) from None
    except (Conflict, NotAllowed, NotFound) as error:
        raise type(error).retell(error, name_field(error, body)) from None


def name_field(error: SalesbellError, body: Body | None) -> str | None:
    """The path of the field at fault, as `lines.1.sku`: of the places core went through those that the body has."""
    path, place = list[str](), body
    for name, number in error.path:
        inner = getattr(place, name, None)
        if isinstance(inner, list) and number is not None and number < len(inner):
            path += [name, str(number)]
            place = inner[number]
        elif isinstance(inner, Body):
            path.append(name)
            place = inner
    if error.field is not None:
        path.append(_find_word(error.field, place))
    return ".".join(path) or None


def _find_word(field: str, place: Body | None) -> str:
    """A field in the words of this part of a body; what a filter names is in `where`."""
    if place is None:
        return FIELDS.get(field, field)
    word, known = {**FIELDS, **place.WORDS}.get(field, field), type(place).model_fields
    return "where" if word not in known and "where" in known else word


def name_as_sent(error: Problem | SalesbellError, route: Route, pairs: Pairs) -> None:
    """Have an error name the parameter it is about by the name it was sent by; what is not of its form does already."""
    if not (isinstance(error, Problem) and error.status == 422):
        error.field = _name_parameter(error.field, route, pairs)


def _name_parameter(field: str | None, route: Route, pairs: Pairs) -> str | None:
    """The parameter at fault by the name it was sent by; else the one in the path, where core's word is none of these.

    `where=country=Atlantis` is sent as `where`, `boutiqueId` is no `branch`, and the number of a product is `id`.
    """
    if field is None or field[0].isupper():  # a header
        return field
    sent, known = [name for name, _ in pairs], {name for section in route.sections for name in section.known}
    if field in BRANCH_WORDS and field not in sent:
        return next((name for name in sent if name in BRANCH_WORDS), "where" if "where" in sent else field)
    if field.partition(".")[0] in known:
        return field
    told = [name for name, value in pairs if field in _SEPARATORS.split(value)]
    found = [name for name in (f"{field}_id", *told, "where" if "where" in sent else "", "id") if name in known]
    return found[0] if found else field
