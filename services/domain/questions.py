"""What counts as an answer to a service's question: the one rule that the form and the store both ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.domain.values import Attribute
from services.errors import Invalid

Answers = Mapping[str, Sequence[str]]
"""Answers by the code of their question; a list question is answered with its keys."""

ONE, MANY = "singlevaluelist", "multivaluelist"
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def kept(given: Iterable[str]) -> tuple[str, ...]:
    """What is said in an answer: without outer blanks, nothing empty, nothing twice."""
    return tuple(dict.fromkeys(word for said in given if (word := said.strip())))


def fault(question: Attribute, given: Sequence[str]) -> str:
    """What is wrong with an answer, as a sentence; "" when it can go to the city."""
    said = kept(given)
    if not said:
        return "This has to be answered." if question.variable and question.required else ""
    if len(said) > 1 and question.datatype != MANY:
        return "Only one answer can be given."
    keys = {value.key for value in question.values}
    if question.datatype in {ONE, MANY} and keys and (wrong := [word for word in said if word not in keys]):
        return f"“{wrong[0]}” is none of the answers."
    if question.datatype == "number" and not _NUMBER.fullmatch(said[0]):
        return f"“{said[0]}” is no number."
    if question.datatype == "datetime" and not _is_time(said[0]):
        return f"“{said[0]}” is no time; write it as 2026-08-29 14:30."
    return ""


def check(questions: Sequence[Attribute], answers: Answers, *, complete: bool = True) -> dict[str, tuple[str, ...]]:
    """The answers as they are kept. Raises Invalid, naming the question and how it is answered.

    `complete` is False while it is not known yet what the service asks, so that any question may be answered.
    """
    asked = {question.code: question for question in questions if question.variable}
    said = {code: words for code, given in answers.items() if (words := kept(given))}
    unknown = [code for code in said if code not in asked]
    if unknown and complete:
        known = ", ".join(f"{code} ({q.description})" if q.description else code for code, q in asked.items())
        raise Invalid(f"The service does not ask “{unknown[0]}”.", f"It asks: {known or 'nothing'}.")
    for code, question in asked.items():
        if sentence := fault(question, said.get(code, ())):
            raise Invalid(f"“{question.description or code}”: {sentence}", _how(question))
    return said


def _how(question: Attribute) -> str:
    choices = ", ".join(f"{v.key} ({v.name})" if v.name not in {"", v.key} else v.key for v in question.values)
    return f"Answer it in the form, or with --answer {question.code}=…" + (f", one of: {choices}." if choices else ".")


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
