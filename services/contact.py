"""How a person can be reached: telephone numbers and e-mail addresses, checked and in their normal spelling."""

from __future__ import annotations

from services.errors import Invalid


def phone(text: str, region: str) -> str:
    """The number as +CODE NUMBER; "" stays "". Raises Invalid. `region` (US) says how a number without + is meant."""
    import phonenumbers

    if not text.strip():
        return ""
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
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as problem:
        raise Invalid(f"“{text}” is no e-mail address.", str(problem)) from problem
