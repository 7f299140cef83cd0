"""Where calls go: to one origin only, because the API key goes with them."""

import logging
import re
from urllib.parse import quote

import httpx

_FIELDS = frozenset({"action", "service", "task_id"})
_FIELD = re.compile(r"\{([^{}]*)\}")

_log = logging.getLogger(__name__)


class Addresses:
    """The addresses under one base URL.

    Args:
        base_url: scheme, host and maybe port, such as `https://runapi.ai`.
        status_path: a template over `{action}`, `{service}` and `{task_id}`, or None for
            `{create path}/{task_id}`.

    Raises:
        ValueError: either is malformed.
    """

    def __init__(self, base_url: str, status_path: str | None) -> None:
        self._base = _checked_base(base_url)
        self._root = str(self._base).rstrip("/")
        self._template = _checked_template(status_path)

    def url(self, path: str) -> httpx.URL:
        """Return the address of `path`, which may be a whole address of the same origin.

        Raises:
            ValueError: it is of another origin, where the key must not go, or no address at all.
        """
        try:
            # Joining takes several times as long as a path needs that is one.
            plain = path.startswith("/") and not path.startswith("//")
            url = httpx.URL(f"{self._root}{path}") if plain else self._base.join(path)
        except httpx.InvalidURL:
            raise ValueError("a malformed address") from None
        if _origin(url) != _origin(self._base) or url.userinfo:
            raise ValueError(f"not an address of {self._base}")
        return url

    def status_path(self, create_path: str, *, task_id: str, service: str, action: str, location: str | None) -> str:
        """Return where a task's status is: what the server said, else the template, else the usual place."""
        if location is not None:
            try:
                return self.url(str(self.url(create_path).join(location))).raw_path.decode("ascii")
            except (ValueError, httpx.InvalidURL):
                _log.warning("ignored a Location of RunAPI that is not at %s", self._base)
        if self._template is None:
            return f"{create_path}/{quote(task_id, safe='')}"
        values = {"action": action, "service": service, "task_id": task_id}
        return _FIELD.sub(lambda field: quote(values[field[1]], safe=""), self._template)


def _checked_base(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ValueError("the base URL is malformed") from None
    extra = url.userinfo or url.query or url.fragment or url.path not in ("", "/")
    if url.scheme not in ("http", "https") or not url.host or extra:
        raise ValueError("the base URL must be http(s)://host or http(s)://host:port")
    return url


def _checked_template(template: str | None) -> str | None:
    if template is None:
        return None
    fields = set(_FIELD.findall(template))
    stray = re.search(r"[{}]", _FIELD.sub("", template))
    if not template.startswith("/") or "task_id" not in fields or fields - _FIELDS or stray:
        raise ValueError("the status path must begin with / and hold {task_id}; it may hold {action} and {service}")
    return template


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
