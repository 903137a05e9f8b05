"""What a body says that is not so already. One rule: writing back what was read changes nothing.

Answers are rounded, and tell in one currency what may have been sold in another: read into the words of a body, what
was answered is compared with what is sent, and only what differs is a change.
"""

import json
from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any, TypeVar, cast

import orjson
from pydantic import ValidationError

from api.schemas.fields import Body

B = TypeVar("B", bound=Body)


def read_back(model: type[B], shown: Mapping[str, Any]) -> B:
    """What an answer says, as the body that would say it; what no body may say is left out."""
    told = json.loads(orjson.dumps(shown, option=orjson.OPT_UTC_Z), parse_float=Decimal)
    try:
        return model.model_validate(told, extra="ignore")
    except ValidationError as error:
        unfit = {detail["loc"][0] for detail in error.errors()}
        return model.model_validate({name: told[name] for name in told.keys() - unfit}, extra="ignore")


def find_unchanged(body: B, present: B) -> set[str]:
    """The fields that a body says as they are."""
    both = body.model_fields_set & present.model_fields_set
    return {name for name in both if getattr(body, name) == getattr(present, name)}


def drop_fields(body: B, names: Set[str]) -> B:
    """The body without these fields."""
    kept = body.model_fields_set - names
    return cast(B, type(body).model_construct(kept, **{name: getattr(body, name) for name in kept}))
