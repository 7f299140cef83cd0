import pytest

from bot.runapi import Routes, RouteStyle, create_path

FLAT, NAMESPACED = RouteStyle.FLAT, RouteStyle.NAMESPACED


@pytest.mark.parametrize(
    ("style", "path"), [(FLAT, "/v1/text_to_image"), (NAMESPACED, "/api/v1/imagen_4/text_to_image")]
)
def test_paths(style: RouteStyle, path: str) -> None:
    assert create_path(style, "imagen_4", "text_to_image") == path


@pytest.mark.parametrize(("service", "action"), [("imagen-4", "a"), ("imagen_4", "../me"), ("", "a"), ("a", "a\n")])
def test_a_path_is_made_of_slugs(service: str, action: str) -> None:
    with pytest.raises(ValueError, match="slug"):
        create_path(NAMESPACED, service, action)


def test_auto_begins_flat_and_falls_back() -> None:
    routes = Routes()
    assert routes.first() is FLAT
    assert routes.after_missing(FLAT) is NAMESPACED
    assert routes.after_missing(NAMESPACED) is None


@pytest.mark.parametrize("setting", [FLAT, NAMESPACED])
def test_a_fixed_style_never_falls_back(setting: RouteStyle) -> None:
    routes = Routes(setting.value)
    routes.settle(FLAT if setting is NAMESPACED else NAMESPACED)
    assert routes.first() is setting
    assert routes.after_missing(FLAT) is None
    assert routes.after_missing(NAMESPACED) is None


def test_a_success_in_flat_ends_the_fallback() -> None:
    routes = Routes("auto")
    routes.settle(FLAT)
    assert routes.first() is FLAT
    assert routes.after_missing(FLAT) is None


def test_a_success_in_namespaced_is_kept_and_rescues_flat_creates_on_their_way() -> None:
    routes = Routes("auto")
    routes.settle(NAMESPACED)
    assert routes.first() is NAMESPACED
    assert routes.after_missing(FLAT) is NAMESPACED
    routes.settle(FLAT)
    assert routes.first() is NAMESPACED
