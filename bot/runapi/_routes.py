"""The two styles of RunAPI's routes, and the choice between them.

RunAPI's guides show flat routes (`/v1/text_to_image`), its official SDKs namespaced ones
(`/api/v1/imagen_4/text_to_image`). Both are spoken.
"""

import re
from enum import StrEnum
from typing import Literal

_SLUG = re.compile(r"[a-z0-9_]{1,64}")

RouteSetting = Literal["auto", "flat", "namespaced"]


class RouteStyle(StrEnum):
    """How the path of a create is written."""

    FLAT = "flat"
    NAMESPACED = "namespaced"


def create_path(style: RouteStyle, service: str, action: str) -> str:
    """Write the path of a create.

    Args:
        service: the model line in snake_case, such as `imagen_4`; flat routes do without it.
        action: such as `text_to_image`.

    Raises:
        ValueError: `service` or `action` is no slug.
    """
    for slug in (service, action):
        if not _SLUG.fullmatch(slug):
            raise ValueError(f"not a slug: {slug!r}")
    if style is RouteStyle.FLAT:
        return f"/v1/{action}"
    return f"/api/v1/{service}/{action}"


class Routes:
    """Which style of routes to use, for one process.

    `auto` begins flat. An answer that there is no such route sends it to the namespaced style, until
    a create has succeeded: the style of the first success is kept.
    """

    def __init__(self, setting: RouteSetting = "auto") -> None:
        self._auto = setting == "auto"
        self._settled = None if setting == "auto" else RouteStyle(setting)

    def first(self) -> RouteStyle:
        """Return the style for the first attempt of a create."""
        return self._settled or RouteStyle.FLAT

    def after_missing(self, style: RouteStyle) -> RouteStyle | None:
        """Return the style to try after `NotFound` in `style`; None when there is no other."""
        # A flat create may have been on its way while another one settled on namespaced.
        if self._auto and style is RouteStyle.FLAT and self._settled is not RouteStyle.FLAT:
            return RouteStyle.NAMESPACED
        return None

    def settle(self, style: RouteStyle) -> None:
        """Keep `style`, in which a create has succeeded. Only the first call counts."""
        self._settled = self._settled or style
