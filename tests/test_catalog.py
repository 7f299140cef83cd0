"""The model catalog: what a prompt and options must be, and what RunAPI is sent."""

import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import bot
from bot.catalog import (
    MAX_PROMPT,
    Action,
    Catalog,
    CatalogError,
    Model,
    Operation,
    Rule,
    Value,
    check_options,
    check_prompt,
    check_sources,
    request_body,
)
from bot.errors import EaselError
from bot.i18n import DEFAULT_LOCALE, text

CATALOG = Catalog.load()
SHIPPED = tomllib.loads((Path(bot.__file__).parent / "catalog.toml").read_text(encoding="utf-8"))
ACTIONS: tuple[Action, ...] = ("text_to_image", "edit_image")

MUG = (
    "A ceramic coffee mug on a wooden table with morning light, the text HELLO printed on the side in serif font, "
    "photorealistic"
)
PERFUME = (
    "A product photo of a glass perfume bottle on a marble surface, transparent background, studio lighting, "
    "the label reads AURORA in gold serif font"
)


def chosen(model: str | None = None, action: Action = "text_to_image") -> tuple[Model, Operation]:
    return CATALOG.choose(action, model)


def said(error: EaselError) -> str:
    return text(error.sentence, locale=DEFAULT_LOCALE, **error.args_)


def refused_prompt(prompt: str, model: str = "imagen-4") -> tuple[str, str]:
    """Return the sentence's id and the sentence."""
    with pytest.raises(CatalogError) as caught:
        check_prompt(prompt, *chosen(model))
    return caught.value.sentence, said(caught.value)


class TestModels:
    def test_the_models_that_the_guides_name_are_there(self) -> None:
        makers = [model.id for model in CATALOG.able_to("text_to_image")]
        assert makers == ["imagen-4", "imagen-4-fast", "imagen-4-ultra", "z-image", "gpt-image-2", "gpt-4o-image"]
        assert [model.id for model in CATALOG.able_to("edit_image")] == ["gpt-image-2", "gpt-4o-image"]

    @pytest.mark.parametrize("action", ACTIONS)
    def test_a_default_is_taken_when_no_model_is_named(self, action: Action) -> None:
        model, operation = CATALOG.choose(action, None)
        assert model == CATALOG.default(action)
        assert operation is model.operation(action)

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize(
        "name",
        ["gpt-image-2", "gpt-image-2-text-to-image", "gpt-image-2-image-to-image", " GPT-Image-2 "],
    )
    def test_all_names_of_gpt_image_2_are_taken(self, name: str, action: Action) -> None:
        assert CATALOG.choose(action, name)[0].id == "gpt-image-2"

    def test_an_unknown_model_is_refused_with_those_that_work(self) -> None:
        with pytest.raises(CatalogError) as caught:
            CATALOG.choose("edit_image", "dream" * 1000)
        assert caught.value.sentence == "catalog-unknown-model"
        sentence = said(caught.value)
        assert sentence.endswith("These work here: gpt-image-2, gpt-4o-image.")
        assert len(sentence) < 200

    def test_a_model_that_cannot_edit_is_refused_with_those_that_can(self) -> None:
        with pytest.raises(CatalogError) as caught:
            CATALOG.choose("edit_image", "imagen-4")
        assert caught.value.sentence == "catalog-cannot-edit-image"
        assert said(caught.value) == "Imagen 4 cannot edit pictures. These can: gpt-image-2, gpt-4o-image."

    def test_a_model_that_only_edits_is_refused_with_those_that_make(self) -> None:
        edits = CATALOG.default("edit_image").edit_image
        editor = Model(id="retouch", name="Retouch", summary="only edits", edit_image=edits)
        catalog = Catalog(
            models=(*CATALOG.models, editor), default_text_to_image="imagen-4", default_edit_image="retouch"
        )
        with pytest.raises(CatalogError) as caught:
            catalog.choose("text_to_image", "retouch")
        assert caught.value.sentence == "catalog-cannot-text-to-image"
        assert "imagen-4, imagen-4-fast" in said(caught.value)


class TestPrompts:
    @pytest.mark.parametrize("prompt", ["", " ", "\n\t \u2003"])
    def test_an_empty_one_is_refused(self, prompt: str) -> None:
        assert refused_prompt(prompt)[0] == "catalog-prompt-empty"

    @pytest.mark.parametrize(
        "prompt",
        [
            "🦊",
            "🦊 🌲🏳️‍🌈!!",
            "<:fox:123456789012345678>",
            "<a:dancing_fox:123456789012345678> <:fox:1>",
            "<@123456789012345678>",
            "<@!1> <@&2> <#3>",
            "…?!",
            "\ud83e",
        ],
    )
    def test_one_without_a_word_is_refused(self, prompt: str) -> None:
        assert refused_prompt(prompt)[0] == "catalog-prompt-no-words"

    @pytest.mark.parametrize("model", ["imagen-4", "gpt-image-2", "gpt-4o-image"])
    def test_4000_characters_are_the_most(self, model: str) -> None:
        assert check_prompt("🦊" + "x" * 3999, *chosen(model)) == "🦊" + "x" * 3999
        sentence, rendered = refused_prompt("x" * 4001, model)
        assert sentence == "catalog-prompt-too-long"
        assert rendered.startswith("That prompt has 4,001 characters;")
        assert "takes 4,000 at most" in rendered

    def test_z_image_takes_1000_characters(self) -> None:
        assert check_prompt("x" * 1000, *chosen("z-image")) == "x" * 1000
        assert refused_prompt("x" * 1001, "z-image")[1].endswith(
            "Z Image takes 1,000 at most. Shorten it and send it again."
        )

    def test_spaces_around_it_do_not_count(self) -> None:
        assert check_prompt(" " + "x" * 4000 + "\n", *chosen()) == "x" * 4000

    def test_a_model_that_takes_less_is_heeded(self) -> None:
        model = CATALOG.default("text_to_image")
        with pytest.raises(CatalogError) as caught:
            check_prompt("twelve chars", model, Operation(service="small", max_prompt=11))
        assert caught.value.args_ == {"model": "Imagen 4", "length": 12, "limit": 11}

    @pytest.mark.parametrize(
        "prompt", ["**a fox** _at_ `dusk` ||there||", "@everyone look", "# a\n> fox\n- here", "狐狸"]
    )
    def test_what_people_write_is_not_changed(self, prompt: str) -> None:
        assert check_prompt(prompt, *chosen()) == prompt

    @settings(deadline=None)
    @given(st.text(st.characters(), max_size=100))
    def test_whatever_is_typed_can_be_sent_or_is_refused(self, typed: str) -> None:
        with suppress(CatalogError):
            prompt = check_prompt(typed, *chosen())
            assert prompt.encode()
            assert 0 < len(prompt) <= MAX_PROMPT

    def test_a_broken_character_does_not_break_the_rest(self) -> None:
        assert check_prompt("a fox \ud83e", *chosen()) == "a fox ?"


class TestSources:
    def test_gpt_image_2_edits_up_to_16(self) -> None:
        check_sources(16, *chosen("gpt-image-2", "edit_image"))
        with pytest.raises(CatalogError) as caught:
            check_sources(17, *chosen("gpt-image-2", "edit_image"))
        assert said(caught.value) == "GPT Image 2 takes 16 pictures at a time; you gave 17."


class TestBodies:
    """What RunAPI's guide pages show is what is sent."""

    @pytest.mark.parametrize("model", ["imagen-4", "imagen-4-fast", "imagen-4-ultra"])
    def test_imagen_4(self, model: str) -> None:
        assert body(model, prompt=MUG) == {"model": model, "prompt": MUG}

    def test_imagen_4_with_options(self) -> None:
        options: dict[str, Value] = {"aspect_ratio": "16:9", "negative_prompt": "people", "seed": 7}
        assert body("imagen-4", prompt=MUG, options=options) == {
            "model": "imagen-4",
            "prompt": MUG,
            "aspect_ratio": "16:9",
            "negative_prompt": "people",
            "seed": 7,
        }

    def test_gpt_image_2(self) -> None:
        options: dict[str, Value] = {"resolution": "2k", "aspect_ratio": "3:4"}
        assert body("gpt-image-2", prompt=PERFUME, options=options) == {
            "model": "gpt-image-2-text-to-image",
            "prompt": PERFUME,
            "output_resolution": "2k",
            "aspect_ratio": "3:4",
        }

    def test_gpt_image_2_edits(self) -> None:
        urls = ["https://file.runapi.ai/a.png", "https://file.runapi.ai/b.png"]
        assert body("gpt-image-2", "edit_image", prompt="remove the background", source_urls=urls) == {
            "model": "gpt-image-2-image-to-image",
            "prompt": "remove the background",
            "source_image_urls": urls,
        }

    @pytest.mark.parametrize(
        ("model", "action", "service"),
        [
            ("imagen-4", "text_to_image", "imagen_4"),
            ("imagen-4-fast", "text_to_image", "imagen_4"),
            ("imagen-4-ultra", "text_to_image", "imagen_4"),
            ("gpt-image-2", "text_to_image", "gpt_image_2"),
            ("gpt-image-2", "edit_image", "gpt_image_2"),
        ],
    )
    def test_the_namespaced_style_takes_the_models_own_id(self, model: str, action: Action, service: str) -> None:
        found, operation = chosen(model, action)
        assert operation.service == service
        assert request_body(found, operation, "namespaced", prompt="a fox", options={})["model"] == model


def body(model: str, action: Action = "text_to_image", **given: Any) -> dict[str, object]:
    found, operation = chosen(model, action)
    options = check_options(given.pop("options", {}), found, operation)
    return request_body(found, operation, "flat", options=options, **given)


class TestBrokenCatalogs:
    @staticmethod
    def broken(**changed: object) -> str:
        with pytest.raises(ValidationError) as caught:
            Catalog.model_validate({**SHIPPED, **changed})
        return str(caught.value)

    def test_two_models_with_one_alias(self) -> None:
        models = cast("list[dict[str, Any]]", SHIPPED["models"])
        twins = [{**models[0], "aliases": ["twin"]}, {**models[1], "aliases": ["twin"]}, *models[2:]]
        assert "share an id or an alias" in self.broken(models=twins)
        assert "share an id or an alias" in self.broken(models=[*models, models[0]])

    def test_a_default_that_does_not_exist(self) -> None:
        assert "default" in self.broken(default_text_to_image="imagen-5")

    def test_a_default_that_cannot_do_it(self) -> None:
        assert "cannot do edit_image" in self.broken(default_edit_image="imagen-4")

    def test_a_rule_about_an_unknown_option(self) -> None:
        with pytest.raises(ValidationError, match=r"does not have: \['size'\]"):
            Operation(service="s", rules=(Rule(when={"size": "1"}, never={"size": ("2",)}),))

    def test_a_misspelt_key(self) -> None:
        assert "defualt" in self.broken(defualt="imagen-4")

    def test_a_file_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "catalog.toml"
        path.write_text('default_text_to_image = "a"\ndefault_edit_image = "a"\nmodels = []\n')
        with pytest.raises(ValidationError, match="default"):
            Catalog.load(path)
