"""Discord's own API document as an oracle: is this a request, or an answer, that Discord knows?

Discord publishes the document at https://github.com/discord/discord-api-spec. The environment variable
``DISCORD_OPENAPI`` names a local copy (``specs/openapi.json``); without it there is no oracle, and what
depends on it is skipped.
"""

import functools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

import jsonschema_rs
from jsonschema_rs import ValidationError, ValidationErrorKind

__all__ = ["DOCUMENT_VARIABLE", "DiscordAPI"]

DOCUMENT_VARIABLE = "DISCORD_OPENAPI"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# A component's own "id" is a number in the document too.
_ID_KEY = re.compile(r"_id$|(attachments|default_values|available_tags)//id$|allowed_mentions/(users|roles)/$")

_Json: TypeAlias = dict[str, "_Json"] | list["_Json"] | str | int | float | bool | None


class _Operation(NamedTuple):
    name: str
    request: dict[str, Any] | None
    answers: dict[str, dict[str, Any]]


class DiscordAPI:
    """Checks requests and answers against Discord's OpenAPI document.

    Objects are closed: a field that the document does not list is an error, apart from the few that
    discord.py is known to send. Validators are compiled at their first use and kept.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        parents = set(_parents(document))
        for name, schema in schemas.items():
            if f"#/components/schemas/{name}" not in parents:
                _close(schema)
        self._schemas = schemas
        self._routes = _routes(document["paths"])
        self._validators: dict[tuple[str, str], jsonschema_rs.Validator] = {}

    @classmethod
    def load(cls) -> "DiscordAPI | None":
        """The oracle of this run, read once, or None where ``DISCORD_OPENAPI`` is not set.

        Raises `OSError` when the variable names a file that cannot be read.
        """
        path = os.environ.get(DOCUMENT_VARIABLE)
        return _load(path) if path else None

    def request_errors(self, method: str, path: str, body: Any) -> list[str]:
        """What is wrong with a request; an empty list when nothing is.

        `path` is the path under ``/api/v10`` (a longer one is shortened, a query is ignored); `body` is the
        JSON body, or the ``payload_json`` part of an upload, or None.
        """
        operation = self._find(method, path)
        if operation is None:
            return [f"{method} {path}: no such operation"]
        if operation.request is None:
            return [] if body is None else [f"{operation.name}: takes no body"]
        return self._errors(operation, "request", operation.request, _as_documented(body))

    def response_errors(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer; an empty list when nothing is.

        `body` is the decoded JSON, or None for an answer without a body. That a post in a forum is answered with its
        first message besides, the document does not list.
        """
        operation = self._find(method, path)
        if operation is None:
            return [f"{method} {path}: no such operation"]
        if str(status) not in operation.answers:
            return [f"{operation.name}: status {status} is not documented"]
        schema = operation.answers[str(status)]
        if operation.name == "create_thread" and isinstance(body, dict):
            # https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel
            body = _without(cast("dict[str, _Json]", body), "message")
        if not schema:
            return [] if body is None else [f"{operation.name} {status}: has no body"]
        return self._errors(operation, str(status), schema, body)

    def _find(self, method: str, path: str) -> _Operation | None:
        path = re.sub(r"^/api/v\d+", "", path.partition("?")[0])
        for pattern, operations in self._routes:
            if pattern.fullmatch(path) and method.lower() in operations:
                return operations[method.lower()]
        return None

    def _errors(self, operation: _Operation, part: str, schema: dict[str, Any], body: Any) -> list[str]:
        key = (operation.name, part)
        validator = self._validators.get(key)
        if validator is None:
            # The shared schemas travel along, so that "#/components/schemas/..." resolves.
            document = {"$schema": _DIALECT, "components": {"schemas": self._schemas}, **schema}
            validator = self._validators[key] = jsonschema_rs.validator_for(document, validate_formats=True)
        return [
            f"{operation.name} {part}: {_where(error)}: {_shortened(error.message)}"
            for found in validator.iter_errors(body)
            for error in _causes(found)
        ]


@functools.cache
def _load(path: str) -> DiscordAPI:
    return DiscordAPI(json.loads(Path(path).read_text(encoding="utf-8")))


def _routes(paths: dict[str, Any]) -> list[tuple[re.Pattern[str], dict[str, _Operation]]]:
    # Paths with fewer parameters first: ".../messages/@original" before ".../messages/{message_id}".
    ordered = sorted(paths.items(), key=lambda entry: entry[0].count("{"))
    return [
        (
            re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template)),
            {method: _operation(entry) for method, entry in item.items() if "responses" in entry},
        )
        for template, item in ordered
    ]


def _operation(entry: dict[str, Any]) -> _Operation:
    return _Operation(
        name=entry["operationId"],
        request=_json_schema(entry["requestBody"]) if "requestBody" in entry else None,
        answers={status: _json_schema(answer) for status, answer in entry["responses"].items()},
    )


def _json_schema(part: dict[str, Any]) -> dict[str, Any]:
    """The schema of the JSON body; an upload's ``payload_json`` follows the same one."""
    return part.get("content", {}).get("application/json", {}).get("schema", {})


def _parents(node: _Json) -> Iterator[str]:
    """Schemas that others extend with ``allOf``: closing them would forbid the fields of the others."""
    match node:
        case dict():
            for part in _list(node.get("allOf")):
                if isinstance(part, dict) and isinstance(reference := part.get("$ref"), str):
                    yield reference
            for value in node.values():
                yield from _parents(value)
        case list():
            for value in node:
                yield from _parents(value)
        case _:
            pass


def _close(schema: _Json) -> None:
    """Forbid unlisted fields in an object schema and in those inside it, except under ``allOf``."""
    match schema:
        case dict():
            if schema.get("type") == "object" and schema.get("properties"):
                schema.setdefault("additionalProperties", False)
            for keyword, value in schema.items():
                if keyword != "allOf":
                    _close(value)
        case list():
            for value in schema:
                _close(value)
        case _:
            pass


def _list(value: _Json) -> list[_Json]:
    return value if isinstance(value, list) else []


def _as_documented(body: _Json) -> _Json:
    """The body without discord.py's known differences, all of which Discord takes.

    discord.py sends ``nsfw`` on commands, ``tts`` on edits and the ``type`` of a post in a forum, which the document
    does not list, and ids as integers, which the document has as text.
    """
    if isinstance(body, list):
        return [_without(entry, "nsfw") if isinstance(entry, dict) else entry for entry in body]
    if not isinstance(body, dict):
        return body
    documented = _without(body, "tts")
    if isinstance(inner := documented.get("data"), dict):
        documented["data"] = _without(inner, "tts")
    if isinstance(first := documented.get("message"), dict):
        documented["message"] = _without(first, "tts")
        documented.pop("type", None)
    return _with_text_ids(documented)


def _with_text_ids(node: _Json, key: str = "") -> _Json:
    match node:
        case dict():
            return {inner: _with_text_ids(value, f"{key}/{inner}") for inner, value in node.items()}
        case list():
            return [_with_text_ids(value, f"{key}/") for value in node]
        case int() if _ID_KEY.search(key):
            return str(node)
        case _:
            return node


def _without(entry: dict[str, _Json], field: str) -> dict[str, _Json]:
    return {key: value for key, value in entry.items() if key != field}


def _causes(error: ValidationError) -> list[ValidationError]:
    """The errors inside a failed union: those of the member that the value is closest to."""
    if not isinstance(error.kind, ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid):
        return [error]
    depth = len(error.instance_path)
    meant = [branch for branch in error.kind.context if not any(_wrong_type(e, depth) for e in branch)]
    if not meant:
        return [error]
    return [cause for found in min(meant, key=len) for cause in _causes(found)]


def _wrong_type(error: ValidationError, depth: int) -> bool:
    """Whether a union's member is ruled out by its ``type`` field, or by being no object at all."""
    inside = error.instance_path[depth:]
    return inside == ["type"] or (not inside and isinstance(error.kind, ValidationErrorKind.Type))


def _where(error: ValidationError) -> str:
    return "/".join(map(str, error.instance_path)) or "body"


def _shortened(message: str, limit: int = 200) -> str:
    """The end of a message: what is wrong stands after the value."""
    return message if len(message) <= limit else f"…{message[-limit:]}"
