"""Which sentences the code says, found by reading it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import bot
from bot.engine import GuildSettings, PlaceTrouble, WhyLink
from bot.store import Decision, GalleryChoice, Order, RoundState
from bot.ui.settings import FORMS, LOGGED, PAGES

ROOT = Path(bot.__file__).parent.parent
SANDBOX = ROOT / "bot" / "sandbox"

FAMILIES = {
    "status-": {"queued", "pending", "processing", "completed", "failed", "cancelled"},
    "notice-": {"completed", "failed", "cancelled"},
    "picture-": {"reencoded", "downscaled", *get_args(WhyLink)},
    "lineage-": {"edit", "reroll", "remix"},
    "help-": {"make", "edit", "mention", "reply", "find", "private"},
    "help-upstream-": {"slowed", "paused", "open"},
    "waiting-": {"paused", "open"},
    "operator-": {"out-of-credit", "credit-again", "below-floor", "above-floor"},
    "check-upstream-": {"slowed", "paused", "open"},
    "settings-field-": set(GuildSettings.model_fields),
    "settings-takes-": set(GuildSettings.model_fields),
    "settings-about-": set(GuildSettings.model_fields),
    "settings-nothing-": {
        "channels",
        "channels_denied",
        "roles",
        "roles_denied",
        "exempt_roles",
        "models",
        "art_channels",
    },
    "settings-nsfw-": {"off", "age-restricted", "spoiler"},
    "settings-page-": set(PAGES),
    "settings-log-": set(LOGGED),
    "settings-form-": set(FORMS),
    "budget-": {"server", "operator"},
    "budget-none-": {"server", "operator"},
    "report-done-": set(Decision),
    "usage-report-no-": {"member", "role", "channel"},
    "button-report-": set(Decision),
    "gallery-order-": set(get_args(Order)),
    "privacy-gallery-": set(get_args(GalleryChoice)),
    "post-trouble-": set(get_args(PlaceTrouble)),
    "round-now-": {"announced", "open", "voting"},
    "round-over-": {"ended", "cancelled"},
    "round-late-": {"open", "voting", "ended"},
    "round-end-": {"voting", "ended", "cancelled"},
    "round-end-question-": {"announced", "open", "voting"},
    "rounds-state-": set(RoundState),
    "post-forbidden-": {"thread", "forum"},
    "art-channel-title-": {"threads", "how_to", "forum"},
    "art-channel-about-": {"threads", "how_to", "forum"},
    "catalog-cannot-": {"text-to-image", "edit-image"},
    "catalog-none-can-": {"text-to-image", "edit-image"},
}
"""What follows the beginning of an id that is put together from parts."""


@dataclass(frozen=True)
class Said:
    """A place in the code that names a sentence.

    Attributes:
        where: file and line.
        ids: what the sentence may be.
        args: names of the variables that it is given, or None where they are not written out.
    """

    where: str
    ids: frozenset[str]
    args: frozenset[str] | None


def said() -> list[Said]:
    """Return every place in the product that names a sentence.

    Raises:
        ValueError: at one of them the id cannot be told by reading.
    """
    modules = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for folder in ("bot", "cogs")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if SANDBOX not in path.parents
    }
    errors = _error_classes(list(modules.values()))
    return [
        found
        for path, module in modules.items()
        for found in _Reader(str(path.relative_to(ROOT)), module, errors).read(module)
    ]


def _error_classes(modules: list[ast.Module]) -> set[str]:
    """Return the names of the error root and of all classes below it."""
    known = {"EaselError"}
    classes = [node for module in modules for node in ast.walk(module) if isinstance(node, ast.ClassDef)]
    while found := {each.name for each in classes if known & {_name(base) for base in each.bases}} - known:
        known |= found
    return known


class _Reader:
    def __init__(self, path: str, module: ast.Module, errors: set[str]) -> None:
        self._path = path
        self._errors = errors
        self._positions = {"Failure": 0, "tell": 1, **dict.fromkeys(errors, 0)}
        if any(isinstance(node, ast.ImportFrom) and node.module == "bot.i18n" for node in ast.walk(module)):
            self._positions["text"] = 0

    def read(self, node: ast.AST, *scopes: ast.AST) -> Iterator[Said]:
        yield from self._said_by(node, scopes)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            scopes = (*scopes, node)
        for child in ast.iter_child_nodes(node):
            yield from self.read(child, *scopes)

    def _said_by(self, node: ast.AST, scopes: tuple[ast.AST, ...]) -> Iterator[Said]:
        where = f"{self._path}:{getattr(node, 'lineno', 0)}"
        match node:
            case ast.Assign(targets=[ast.Name("sentence_id")], value=value):
                yield Said(where, self._ids(where, value, scopes), None)
            case ast.Call(func=func, args=args, keywords=keywords) if sentence := self._sentence(func, args, scopes):
                if ids := self._ids(where, sentence, scopes):
                    given = _keys(args[1]) if _name(func) == "Failure" else [each.arg for each in keywords]
                    names = frozenset(name for name in given if name is not None)
                    yield Said(where, ids, None if None in given else names)
            case _:
                return

    def _sentence(self, func: ast.expr, args: list[ast.expr], scopes: tuple[ast.AST, ...]) -> ast.expr | None:
        """Return the argument of a call that is a sentence's id."""
        name = _name(func)
        position = 0 if name == "__init__" and self._in_error(scopes) else self._positions.get(name)
        return args[position] if position is not None and len(args) > position else None

    def _in_error(self, scopes: tuple[ast.AST, ...]) -> bool:
        return any(isinstance(scope, ast.ClassDef) and scope.name in self._errors for scope in scopes)

    def _ids(self, where: str, node: ast.expr, scopes: tuple[ast.AST, ...]) -> frozenset[str]:
        """Return what an expression can be; nothing where it is handed on from elsewhere."""
        match node:
            case ast.Constant(value=str(value)):
                return frozenset({value})
            case ast.IfExp(body=body, orelse=orelse):
                return self._ids(where, body, scopes) | self._ids(where, orelse, scopes)
            case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), ast.FormattedValue()]):
                if beginning in FAMILIES:
                    return frozenset(beginning + end for end in FAMILIES[beginning])
            case ast.Name(id=name):
                assigned = [value for scope in scopes for value in _assigned(name, scope)]
                if assigned or _is_parameter(name, scopes):
                    return frozenset[str]().union(*(self._ids(where, value, scopes) for value in assigned))
            case ast.Attribute(attr="sentence" | "sentence_id"):
                return frozenset()
            case _:
                pass
        raise ValueError(f"{where}: which sentence is {ast.unparse(node)}?")


def _keys(node: ast.expr) -> list[str | None]:
    """Return the keys of a dict that is written out; None stands for those that are not."""
    if not isinstance(node, ast.Dict):
        return [None]
    return [key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None for key in node.keys]


def _assigned(name: str, scope: ast.AST) -> Iterator[ast.expr]:
    """Yield what a function assigns to a name, alone or as one of several."""
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                yield from (value for each, value in zip(names, values, strict=True) if _name(each) == name)
            case _:
                pass


def _is_parameter(name: str, scopes: tuple[ast.AST, ...]) -> bool:
    return any(
        name in {arg.arg for arg in (*scope.args.posonlyargs, *scope.args.args)}
        for scope in scopes
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
