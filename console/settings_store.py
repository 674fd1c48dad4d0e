"""What config.toml says of the store: where it is, who may see callers in it, and how long they are kept."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class StoreKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Where the desk keeps its requests."""

    url: Annotated[
        str,
        Meta(
            description="SQLite file of the desk, as sqlite:///FILE (a relative file lies in the home),"
            " or a team's server, as postgresql+psycopg://HOST/DATABASE."
        ),
    ] = "sqlite:///desk.db"
    sign: Annotated[
        str,
        Meta(
            description="Folder where the worker of a team's server writes the heads of its histories each day, for"
            " connect-console team verify; empty: nowhere. Keep it where whoever administers the server may not write."
        ),
    ] = ""


class RightsKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Who may do what; only what a city may narrow."""

    see_contacts: Annotated[
        tuple[Literal["call_taker", "dispatcher", "supervisor"], ...],
        Meta(description="Roles that may read callers' numbers and addresses; others see them masked."),
    ] = ("call_taker", "dispatcher", "supervisor")


class RetentionKeys(msgspec.Struct, frozen=True, kw_only=True):
    """How long callers are kept after their request was closed."""

    months: Annotated[
        int, Meta(description="Months; `connect-console retention` erases older ones. 0: never.", ge=0, le=1200)
    ] = 0
