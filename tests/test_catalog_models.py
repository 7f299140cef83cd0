"""The models of the shipped catalog beyond the first: Z Image, GPT-4o Image, and those that the guides do not show."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.catalog import (
    Action,
    Catalog,
    CatalogError,
    Model,
    Operation,
    Option,
    SourceUrls,
    Style,
    UnknownModels,
    Value,
    check_options,
    check_sources,
    request_body,
    urls_in,
)
from bot.i18n import DEFAULT_LOCALE, text
from bot.runapi import RouteStyle, create_path

GUIDES = Catalog.load()
ALL = Catalog.load(offered=["all"])
ACTIONS: tuple[Action, ...] = ("text_to_image", "edit_image")
STYLES: tuple[Style, ...] = ("flat", "namespaced")

OPERATIONS = [
    pytest.param(model, action, operation, id=f"{model.id} {action}")
    for model in ALL.models
    for action in ACTIONS
    if (operation := model.operation(action)) is not None
]


def body(model: str, action: Action = "text_to_image", style: Style = "namespaced", **given: Any) -> dict[str, object]:
    found, operation = ALL.choose(action, model)
    options = check_options(given.pop("options", {}), found, operation)
    sent = request_body(found, operation, style, prompt="a fox", options=options, **given)
    assert sent.pop("prompt") == "a fox"
    return sent


def refused(model: str, options: dict[str, Value]) -> str:
    with pytest.raises(CatalogError) as caught:
        check_options(options, *ALL.choose("text_to_image", model))
    return text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_)


class TestOffered:
    def test_nothing_named_offers_what_the_guides_show(self) -> None:
        assert all(model.guide for model in GUIDES.models)
        assert [model.id for model in ALL.models if model.guide] == [model.id for model in GUIDES.models]
        assert len(ALL.models) > len(GUIDES.models)

    def test_named_ones_are_offered_in_that_order_and_once(self) -> None:
        catalog = Catalog.load(offered=[" WAN-2.7-image ", "gpt-image-2-text-to-image", "gpt-image-2"])
        assert [model.id for model in catalog.models] == ["wan-2.7-image", "gpt-image-2"]
        assert catalog.find("imagen-4") is None

    def test_the_defaults_stay_or_are_the_first_that_can(self) -> None:
        named = Catalog.load(offered=["gpt-4o-image", "imagen-4"])
        assert (named.default("text_to_image").id, named.default("edit_image").id) == ("imagen-4", "gpt-4o-image")
        without = Catalog.load(offered=["ideogram-v3-character", "seedream-v4"])
        assert without.default("text_to_image").id == "seedream-v4"
        assert without.default("edit_image").id == "ideogram-v3-character"

    def test_none_that_can_is_refused(self) -> None:
        for action, model in (("text_to_image", "ideogram-v3-character"), ("edit_image", "z-image")):
            with pytest.raises(CatalogError, match=f"none-can-{action.replace('_', '-')}"):
                Catalog.load(offered=[model]).choose(
                    "text_to_image" if action == "text_to_image" else "edit_image", None
                )

    @pytest.mark.parametrize("offered", [["imagen-4", "imagen-5"], ["imagen-5", "all"]])
    def test_an_unknown_one_is_named(self, offered: list[str]) -> None:
        with pytest.raises(UnknownModels, match=r"bot/catalog\.toml: imagen-5"):
            Catalog.load(offered=offered)


class TestZImage:
    @pytest.mark.parametrize(
        ("options", "flat", "namespaced"),
        [
            ({}, {}, {"aspect_ratio": "1:1"}),
            ({"aspect_ratio": "16:9"}, {"size": "1280x720"}, {"aspect_ratio": "16:9"}),
            ({"size": "1024x1024"}, {"size": "1024x1024"}, {"aspect_ratio": "1:1"}),
            ({"size": " 1920 X 1080 "}, {"size": "1920x1080"}, {"aspect_ratio": "16:9"}),
            ({"size": "500\N{MULTIPLICATION SIGN}2000"}, {"size": "500x2000"}, {"aspect_ratio": "9:16"}),
            ({"size": "800x600", "aspect_ratio": "4:3"}, {"size": "800x600"}, {"aspect_ratio": "4:3"}),
            ({"negative_prompt": "fog"}, {"negative_prompt": "fog"}, {"aspect_ratio": "1:1"}),
        ],
    )
    def test_each_style_gets_what_it_takes(
        self, options: dict[str, Value], flat: dict[str, object], namespaced: dict[str, object]
    ) -> None:
        assert body("z-image", style="flat", options=options) == {"model": "z-image", **flat}
        assert body("z-image", options=options) == {"model": "z-image", **namespaced}

    def test_what_a_style_does_not_take_is_known(self) -> None:
        operation = GUIDES.choose("text_to_image", "z-image")[1]
        options: dict[str, Value] = {"negative_prompt": "fog", "size": "800x600"}
        assert operation.unsent("namespaced", options) == ["negative_prompt"]
        assert operation.unsent("flat", options) == []
        assert operation.unsent("flat", {"aspect_ratio": "4:3"}) == []

    @pytest.mark.parametrize("size", ["1024", "x1024", "63x64", "64x4097", "0x0", "1024x1024x3", "99999999x1"])
    def test_what_is_no_size_is_refused(self, size: str) -> None:
        assert "such as 1024x1024, each from 64 to 4096." in refused("z-image", {"size": size})

    @given(st.integers(64, 4096), st.integers(64, 4096))
    def test_every_size_has_a_ratio_that_is_as_near_as_any(self, width: int, height: int) -> None:
        sent = body("z-image", options={"size": f"{width}x{height}"})["aspect_ratio"]
        ratios = GUIDES.choose("text_to_image", "z-image")[1].options["aspect_ratio"].values
        assert sent in ratios

        def factor(ratio: object) -> float:
            w, h = (int(side) for side in str(ratio).split(":"))
            return max(w * height / (h * width), h * width / (w * height))

        assert factor(sent) == pytest.approx(min(map(factor, ratios)))


class TestGpt4oImage:
    def test_the_ratio_is_always_sent(self) -> None:
        assert body("gpt-4o-image") == {"model": "gpt-4o-image", "aspect_ratio": "1:1"}
        assert body("gpt-4o-image", options={"aspect_ratio": "2:3", "count": 4}, style="flat") == {
            "model": "gpt-4o-image",
            "aspect_ratio": "2:3",
            "output_count": 4,
        }

    def test_edits_go_through_the_same_route_with_five_pictures_and_a_mask(self) -> None:
        model, operation = GUIDES.choose("edit_image", "gpt-4o-image")
        assert operation.route_action("edit_image") == "text_to_image"
        check_sources(5, model, operation, mask=True)
        with pytest.raises(CatalogError):
            check_sources(6, model, operation)
        urls = ["https://a.example/1", "https://a.example/2"]
        sent = body("gpt-4o-image", "edit_image", source_urls=urls, mask_url="https://a.example/m")
        assert (sent["source_image_urls"], sent["mask_url"]) == (urls, "https://a.example/m")
        assert urls_in(sent, operation) == SourceUrls(tuple(urls), "https://a.example/m")


class TestOthers:
    @pytest.mark.parametrize(
        ("model", "action", "expected"),
        [
            ("nano-banana", "edit_image", {"model": "nano-banana-edit", "source_image_urls": ["https://a.example/1"]}),
            (
                "nano-banana-2",
                "edit_image",
                {"model": "nano-banana-2", "reference_image_urls": ["https://a.example/1"]},
            ),
            ("nano-banana-2-lite", "text_to_image", {"model": "nano-banana-2-lite", "aspect_ratio": "auto"}),
            (
                "gpt-image-1.5",
                "text_to_image",
                {"model": "gpt-image-1.5", "aspect_ratio": "1:1", "quality": "medium"},
            ),
            ("flux-2-max", "text_to_image", {"model": "flux-2-max-text-to-image", "aspect_ratio": "1:1"}),
            (
                "flux-kontext-pro",
                "edit_image",
                {"model": "flux-kontext-pro", "source_image_url": "https://a.example/1"},
            ),
            (
                "seedream-5-pro",
                "text_to_image",
                {"model": "seedream-5-pro-text-to-image", "aspect_ratio": "1:1", "output_quality": "basic"},
            ),
            (
                "qwen-2",
                "edit_image",
                {"model": "qwen-2-edit-image", "source_image_url": "https://a.example/1"},
            ),
            ("midjourney", "text_to_image", {"model": "midjourney-v8.1"}),
            (
                "wan-2.7-image",
                "edit_image",
                {"model": "wan-2.7-image", "source_image_urls": ["https://a.example/1"]},
            ),
        ],
    )
    def test_what_is_sent_for_no_options(self, model: str, action: Action, expected: dict[str, object]) -> None:
        sources = ["https://a.example/1"] if action == "edit_image" else []
        for style in STYLES:
            assert body(model, action, style, source_urls=sources) == expected

    def test_a_model_without_options_says_so(self) -> None:
        assert refused("midjourney", {"seed": 1}) == "Midjourney 8.1 has no option `seed`: it takes none."

    @pytest.mark.parametrize(("model", "action", "operation"), OPERATIONS)
    def test_every_operation_makes_sense(self, model: Model, action: Action, operation: Operation) -> None:
        assert (operation.max_sources > 0) == (action == "edit_image")
        for style in RouteStyle:
            assert create_path(style, operation.service, operation.route_action(action))
        for name, option in operation.options.items():
            assert name in {"aspect_ratio", "negative_prompt", "resolution", "size", "count", "seed"}
            assert option.default is None or option.default in option.values
            assert len(option.values) == len(set(option.values))
        urls = ["https://a.example/1"] * operation.max_sources
        for style in STYLES:
            sent = request_body(model, operation, style, prompt="a fox", options={}, source_urls=urls)
            assert urls_in(sent, operation) == SourceUrls(tuple(urls))

    @pytest.mark.parametrize("model", ALL.models, ids=lambda model: model.id)
    def test_every_model_fits_into_a_suggestion(self, model: Model) -> None:
        assert len(f"{model.name} · {model.summary}") <= 100
        assert all(name == name.lower() for name in (model.id, *model.aliases))


class TestShape:
    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"sources_single": True, "max_sources": 2}, "takes one source"),
            ({"options": {"size": Option(sizes={"1:1": "64x64"})}}, "a size for each aspect_ratio"),
            (
                {"options": {"size": Option(sizes={"1:1": "64x64"}), "aspect_ratio": Option(values=("1:1", "2:1"))}},
                "a size for each aspect_ratio",
            ),
        ],
    )
    def test_what_does_not_fit_together_is_refused(self, fields: dict[str, Any], says: str) -> None:
        with pytest.raises(ValidationError, match=says):
            Operation(service="s", **fields)

    def test_what_is_always_sent_needs_a_default(self) -> None:
        with pytest.raises(ValidationError, match="needs a default"):
            Option(values=("1",), always=True)

    def test_a_model_of_a_file_of_ones_own_is_offered(self, tmp_path: Path) -> None:
        path = tmp_path / "catalog.toml"
        path.write_text(
            'default_text_to_image = "a"\ndefault_edit_image = "a"\n[[models]]\nid = "a"\nname = "A"\nsummary = "s"\n'
            '[models.text_to_image]\nservice = "a"\n[models.edit_image]\nservice = "a"\nmax_sources = 1\n'
        )
        assert [model.id for model in Catalog.load(path).models] == ["a"]
