"""What config.toml says of the webhooks that alerts are posted to: their addresses are known here, and not in rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from console import settings_check
from services.secrets import REFERENCE

if TYPE_CHECKING:
    from services.supervise.sending import Webhook


class WebhookKeys(msgspec.Struct, frozen=True, kw_only=True):
    """An address that alerts can be posted to as JSON; a rule names it. A team's worker needs it in its own file."""

    name: Annotated[str, Meta(description="What rules call it, e.g. ops.", min_length=1, max_length=40)]
    url: Annotated[str, Meta(description="Its address; where that is a secret itself: env:NAME or keyring:NAME.")]
    key: Annotated[str, Meta(description="Where its bearer token is, if it wants one: env:NAME or keyring:NAME.")] = ""


def webhooks(rows: tuple[WebhookKeys, ...]) -> tuple[Webhook, ...]:
    """The webhooks, ready for use."""
    from services.supervise.sending import Webhook

    return tuple(Webhook(row.name, row.url, row.key) for row in rows)


def check(rows: tuple[WebhookKeys, ...]) -> None:
    """Raise Invalid for two of one name, an address that is none, and a key that is written out."""
    settings_check.distinct([row.name for row in rows], "[[webhook]] name")
    for row in rows:
        where = f"[[webhook]] “{row.name}”"
        settings_check.secret(row.key, f"{where} key", "WEBHOOK_KEY")
        if not REFERENCE.fullmatch(row.url):
            settings_check.address(row.url, f"{where} url", "https://host/path")
