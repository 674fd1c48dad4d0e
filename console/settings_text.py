"""The settings as text: a config.toml with every key, its value in force, its bounds, its default and its sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import inspect

from console.settings import Config
from console.settings_check import bounds
from services.errors import Bug


def as_toml(config: Config) -> Iterator[str]:
    """The lines of a valid config.toml that says the same as `config`, with a comment over every key."""
    for field in _struct(inspect.type_info(Config)).fields:
        value = getattr(config, field.name)
        kind, sentence = _unwrap(field.type)
        if isinstance(kind, inspect.StructType):
            yield from ("", f"# {kind.cls.__doc__}", f"[{field.name}]", *_table(kind, value, ""))
        elif isinstance(kind, inspect.VarTupleType):
            yield from _array(field.name, kind, value)
        else:
            yield from ("", f"# {sentence}", f"[{field.name}]", *_pairs(value))


def _array(name: str, kind: inspect.VarTupleType, rows: tuple[msgspec.Struct, ...]) -> Iterator[str]:
    row = _struct(kind.item_type)
    if not rows:
        yield from ("", f"# {row.cls.__doc__} None is set; each begins with the line", f"# [[{name}]]")
        yield from _table(row, None, "# ")
    for value in rows:
        yield from ("", f"# {row.cls.__doc__}", f"[[{name}]]", *_table(row, value, ""))


def _table(kind: inspect.StructType, values: msgspec.Struct | None, lead: str) -> Iterator[str]:
    for field in kind.fields:
        _, sentence = _unwrap(field.type)
        default = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
        said = "required" if field.required else f"default {_toml(default)}"
        yield f"{lead}# {sentence} ({bounds(field.type)}; {said})"
        value = getattr(values, field.name) if values is not None else "" if field.required else default
        yield f"{lead}{field.name} = {_toml(value)}"


def _struct(kind: inspect.Type) -> inspect.StructType:
    if not isinstance(kind, inspect.StructType):
        raise Bug(f"{kind} is no table of config.toml")
    return kind


def _unwrap(kind: inspect.Type) -> tuple[inspect.Type, str]:
    sentence = ""
    while isinstance(kind, inspect.Metadata):
        sentence = str((kind.extra_json_schema or {}).get("description", sentence))
        kind = kind.type
    return kind, sentence


def _pairs(values: Mapping[str, str]) -> Iterator[str]:
    for key, value in values.items():
        yield f"{_string(key)} = {_string(value)}"


def _toml(value: object) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_string(k)} = {_string(v)}" for k, v in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return repr(value)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
