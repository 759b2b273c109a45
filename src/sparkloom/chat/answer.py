"""Reading what a model answered where JSON was asked for: what can be read is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import from_json

_THOUGHT = re.compile(
    r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE
)
_THOUGHT_BEFORE = re.compile(
    r"\A.*</(?:think|thinking|thought|reasoning)>", re.DOTALL | re.IGNORECASE
)
_TOKEN = re.compile(r"<\|?(?:im_start|im_end|start_of_turn|end_of_turn|eot_id|endoftext|eos)\|?>")
_FENCE = re.compile(r"```[\w-]*\n?|```")
_PAGE = re.compile(r"\A\s*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
_LABEL = re.compile(r"\A(?:sure|certainly|of course|here|okay|ok)\b[^\n:]*[:!.]\s*", re.IGNORECASE)
_LINE = re.compile(r"\A[\s*_#>\d.-]*([A-Za-z_ ]+?)[\s*_]*:[\s*_]*(.*)\Z")

_JSON = json.JSONDecoder(strict=False)  # strings may have line breaks in them


def unthought(text: str) -> str:
    """An answer without the reasoning before it, closed or cut off, and without stop tokens."""
    without = _THOUGHT_BEFORE.sub("", _THOUGHT.sub("", text))
    return _TOKEN.sub("", without).strip()


def read_object(text: str) -> dict[str, Any] | None:
    """The JSON object in an answer, whatever stands around it; None where there is none.

    Of one that is cut off, the fields that are whole are kept. Of several in a list it is the
    first.
    """
    said = unthought(text)
    for value in map(_first_of, _values(said)):
        if isinstance(value, dict):
            return value
    if (start := said.find("{")) < 0:
        return None
    try:
        return dict(from_json(said[start:], allow_partial=True))
    except ValueError:
        return None


def read_texts(text: str, fields: Sequence[str]) -> dict[str, str]:
    """The texts that were asked for, those that an answer has.

    Args:
        text: the answer.
        fields: their names. Where there is only one, an answer without JSON is that text.
    """
    said = unthought(text)
    if (found := read_object(said)) is not None:
        return _picked(found, fields)
    if "{" in said or _PAGE.match(said):
        return {}
    said = _FENCE.sub("", said).strip()
    if len(fields) > 1 or not said:
        return _lines(said, fields)
    listed = _first_of(next(_values(said), None))
    return {fields[0]: listed.strip() if isinstance(listed, str) else _told(said, fields[0])}


def _values(text: str) -> Iterator[Any]:
    """The objects and lists of objects in a text that are whole."""
    at = 0
    while (start := min((i for i in map(text.find, "{[", [at] * 2) if i >= 0), default=-1)) >= 0:
        try:
            value, at = _JSON.raw_decode(text, start)
        except ValueError:
            at = start + 1
            continue
        yield value


def _first_of(value: Any) -> Any:
    """The first of a list, of the first of its lists, and so on."""
    while isinstance(value, list) and value:
        value = value[0]
    return value


def _picked(found: dict[str, Any], fields: Sequence[str]) -> dict[str, str]:
    """The wanted texts of an object, also where it is wrapped into another or names differ a
    little."""
    named = {str(name).strip().casefold(): value for name, value in found.items()}
    picked = {
        field: text
        for field in fields
        if field.casefold() in named and (text := _text(named[field.casefold()]))
    }
    if picked or not found:
        return picked
    inner = _first_of(next(iter(found.values())))
    if isinstance(inner, dict):
        return _picked(inner, fields)
    if len(fields) == 1 and len(found) == 1 and isinstance(inner, str) and inner.strip():
        return {fields[0]: inner.strip()}
    return {}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(item.strip() for item in value if item.strip())
    return ""


def _told(said: str, field: str) -> str:
    """The text without the sentence that announces it; of several paragraphs the first."""
    without = _LABEL.sub("", said) or said
    paragraphs = [part.strip() for part in without.split("\n\n") if part.strip()]
    lines = [part for part in paragraphs if not part.endswith(":")]
    text = (lines or paragraphs)[0]
    name, colon, rest = text.partition(":")
    named = colon and name.strip(" *_#").casefold() == field.casefold()
    return rest.strip(" *_") if named else text


def _lines(said: str, fields: Sequence[str]) -> dict[str, str]:
    """Texts that are told a line each: `**Subject:** a fox`."""
    found: dict[str, str] = {}
    for line in said.splitlines():
        if (match := _LINE.match(line)) and match[2].strip():
            found.setdefault(match[1].strip().casefold(), match[2].strip())
    return {field: found[field.casefold()] for field in fields if field.casefold() in found}
