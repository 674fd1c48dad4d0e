"""How a person can be reached: telephone numbers and e-mail addresses, checked and in their normal spelling."""

from __future__ import annotations

import re
import unicodedata

from services.errors import Invalid

_WRITTEN = re.compile(r"\+1 [0-9]{3}-[0-9]{3}-[0-9]{4}")
"""As `phone` writes a North American number, which needs no second reading."""
HIDDEN = "•"


def phone(text: str, region: str) -> str:
    """The number as +CODE NUMBER; "" stays "". Raises Invalid. `region` (US) says how a number without + is meant."""
    import phonenumbers

    if not text.strip():
        return ""
    _check_seen(text)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Invalid(f"“{text}” is no telephone number.", "Write it with its area code, e.g. 228 868 5700.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def email(text: str) -> str:
    """The address in its normal spelling; "" stays "". Raises Invalid; nobody is asked whether it exists."""
    from email_validator import EmailNotValidError, validate_email

    if not text.strip():
        return ""
    _check_seen(text)
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as problem:
        raise Invalid(f"“{text}” is no e-mail address.", str(problem)) from problem


def _check_seen(text: str) -> None:
    if HIDDEN in text:
        raise Invalid(f"“{text}” is only what your role may see of it.", "Ask the caller, and write it anew.")


def phone_key(text: str, region: str) -> str:
    """What is the same however a number is typed: +CODENUMBER (E.164), or only its digits; "" where there are none.

    `region` (US) says how a number without + is meant.
    """
    if _WRITTEN.fullmatch(text):
        return f"+{''.join(c for c in text if c.isdecimal())}"
    digits = "".join(str(unicodedata.digit(c)) for c in text if c.isdecimal())
    if not digits:
        return ""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_key(text: str) -> str:
    """What is the same however an address is typed: lower case, without blanks around it; "" for none."""
    return unicodedata.normalize("NFC", text).strip().lower()


def told_apart(text: str) -> tuple[str, str, str]:
    """What somebody typed to find a person: as a number, as an address, or as words of a name; the others are ""."""
    asked = text.strip()
    if "@" in asked:
        return "", asked, ""
    is_number = any(map(str.isdecimal, asked)) and not any(map(str.isalpha, asked))
    return (asked, "", "") if is_number else ("", "", asked)


def masked_phone(text: str) -> str:
    """A number for those who may not see it: "•••• 0142"; "", or one that is hidden already, stays."""
    digits = [c for c in text if c.isdecimal()]
    if not text or text.startswith(HIDDEN):
        return text
    shown = "".join(digits[-4:]) if len(digits) > 6 else ""
    return f"{HIDDEN * 4} {shown}".strip()


def masked_email(text: str) -> str:
    """An address for those who may not see it: "r•••@example.org"; "" stays ""."""
    if not text:
        return ""
    name, at, domain = text.rpartition("@")
    return f"{name[:1]}{HIDDEN * 3}@{domain}" if at else HIDDEN * 3
