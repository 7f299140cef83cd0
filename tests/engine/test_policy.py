"""What a server's settings make of what is asked for there."""

from dataclasses import replace
from typing import Any

import pytest

from bot.catalog import Catalog, CatalogError
from bot.engine import AgainstSettings, Draft, GuildSettings, catalog_for, resolutions
from bot.engine.policy import applied, check_welcome
from tests.engine.test_accept import DRAFT, EDIT

CATALOG = Catalog.load(offered=["all"])
HERE = replace(DRAFT, options={}, channel_id=8, place_ids=frozenset({8, 80, 800}), role_ids=frozenset({7, 70}))
"""Asked for in the thread 8 of the channel 80 in the category 800, by a member with a role 70; 7 is everyone's."""


def settle(draft: Draft, **settings: Any) -> Draft:
    wanted = GuildSettings.checked(settings)
    check_welcome(draft, wanted)
    return applied(draft, wanted, CATALOG)


def refusal(draft: Draft, **settings: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(AgainstSettings) as caught:
        settle(draft, **settings)
    return caught.value.sentence, dict(caught.value.args_)


def test_without_settings_nothing_changes_but_the_model_that_is_taken() -> None:
    assert settle(HERE) == replace(HERE, model="imagen-4", private=False)


@pytest.mark.parametrize("channel", [8, 80, 800])
def test_a_thread_is_in_its_channel_and_in_its_category(channel: int) -> None:
    settle(HERE, channels=[channel])
    settle(HERE, channels=[channel, 5])
    assert refusal(HERE, channels_denied=[channel])[0] == "policy-place-denied"


def test_elsewhere_is_refused_with_where_it_would_work() -> None:
    assert refusal(HERE, channels=[5, 4]) == ("policy-place-elsewhere", {"channels": "<#4>, <#5>"})
    many = refusal(HERE, channels=list(range(1000, 1012)))[1]["channels"]
    assert many.count("<#") == 10
    assert many.endswith(", …")


def test_what_is_left_out_goes_before_what_is_chosen() -> None:
    told = {"channel": "<#8>", "channels": "<#5>, <#80>"}
    assert refusal(HERE, channels=[80, 5], channels_denied=[8]) == ("policy-place-denied-others", told)
    assert refusal(HERE, channels=[8], channels_denied=[8]) == ("policy-place-denied", {"channel": "<#8>"})
    assert refusal(HERE, roles=[70], roles_denied=[70]) == ("policy-role-denied", {"roles": "<@&70>"})


def test_a_channel_of_which_no_places_are_known_is_itself() -> None:
    settle(replace(HERE, place_ids=frozenset()), channels=[8])


def test_one_of_the_roles_is_enough() -> None:
    settle(HERE, roles=[70, 71])
    settle(HERE, roles=[7])
    assert refusal(HERE, roles=[71, 72]) == ("policy-role-needed", {"roles": "<@&71>, <@&72>"})
    assert refusal(HERE, roles_denied=[7])[0] == "policy-role-denied"


def test_the_place_goes_before_the_role_and_that_before_the_rest() -> None:
    wrong: dict[str, Any] = {"channels": [5], "roles": [5], "models": ["z-image"]}
    draft = replace(HERE, model="imagen-4")
    found: list[str] = []
    while wrong:
        found.append(refusal(draft, **wrong)[0])
        del wrong[next(iter(wrong))]
    assert found == ["policy-place-elsewhere", "policy-role-needed", "policy-model"]


@pytest.mark.parametrize(("nsfw", "spoiler"), [("age-restricted", False), ("spoiler", True)])
def test_in_age_restricted_channels_pictures_are_as_the_server_has_it(nsfw: str, spoiler: bool) -> None:
    restricted = replace(HERE, age_restricted=True)
    assert settle(restricted, nsfw=nsfw).spoiler is spoiler
    assert settle(replace(restricted, spoiler=True), nsfw=nsfw).spoiler
    assert not settle(HERE, nsfw=nsfw).spoiler
    assert refusal(restricted, nsfw="off") == ("policy-not-among-adults", {})
    settle(HERE, nsfw="off")


def test_a_model_that_is_not_allowed_is_refused_with_those_that_are() -> None:
    told = {"model": "GPT Image 2", "models": "imagen-4, z-image"}
    allowed = ["z-image", "imagen-4", "no-model"]
    assert refusal(replace(HERE, model="gpt-image-2"), models=allowed) == ("policy-model", told)
    assert settle(replace(HERE, model="Z-Image"), models=allowed).model == "z-image"
    alias = replace(HERE, model="gpt-image-2-text-to-image")
    assert settle(alias, models=["gpt-image-2"]).model == "gpt-image-2"
    with pytest.raises(CatalogError) as caught:
        settle(replace(HERE, model="dall-e"), models=allowed)
    assert caught.value.args_["models"] == "imagen-4, z-image"


def test_where_no_allowed_model_can_that_is_said() -> None:
    assert refusal(EDIT, models=["z-image"])[0] == "policy-none-edits"
    assert refusal(HERE, models=["no-model"])[0] == "policy-none-makes"


@pytest.mark.parametrize(
    ("settings", "model"),
    [
        ({"default_models": {"text_to_image": "z-image"}}, "z-image"),
        ({"default_models": {"text_to_image": "z-image"}, "models": ["gpt-image-2"]}, "gpt-image-2"),
        ({"default_models": {"text_to_image": "no-model"}}, "imagen-4"),
        ({"default_models": {"edit_image": "gpt-4o-image"}}, "imagen-4"),
        ({"models": ["gpt-4o-image", "z-image"]}, "z-image"),
        ({"models": ["z-image", "imagen-4"]}, "imagen-4"),
    ],
)
def test_where_none_is_named_an_allowed_model_is_taken(settings: dict[str, Any], model: str) -> None:
    assert settle(HERE, **settings).model == model
    assert catalog_for(GuildSettings.checked(settings), CATALOG).default("text_to_image").id == model
    assert settle(replace(HERE, model="flux-dev"), default_models={"text_to_image": "z-image"}).model == "flux-dev"


@pytest.mark.parametrize(
    ("options", "model", "ratio"),
    [
        ({}, "imagen-4", "16:9"),
        ({"aspect_ratio": ""}, "imagen-4", "16:9"),
        ({"aspect_ratio": "1:1"}, "imagen-4", "1:1"),
        ({}, "gpt-4o-image", None),
        ({"size": "640x480"}, "z-image", None),
        ({"resolution": "4k"}, "gpt-image-2", "16:9"),
    ],
)
def test_the_servers_ratio_is_taken_where_it_goes(options: dict[str, Any], model: str, ratio: str | None) -> None:
    draft = replace(HERE, model=model, options=options)
    assert settle(draft, default_aspect_ratio="16:9").options.get("aspect_ratio") == ratio


def test_the_servers_ratio_is_left_out_where_it_would_not_go_with_the_rest() -> None:
    draft = replace(HERE, model="gpt-image-2", options={"resolution": "4k"})
    assert "aspect_ratio" not in settle(draft, default_aspect_ratio="1:1").options


def test_an_edit_and_what_is_made_again_keep_the_ratio_that_they_had() -> None:
    for draft in (EDIT, replace(HERE, parent_id=1)):
        assert "aspect_ratio" not in settle(draft, default_aspect_ratio="16:9").options


@pytest.mark.parametrize(
    ("model", "asked", "largest", "taken"),
    [
        ("gpt-image-2", "2K", "2k", "2K"),
        ("gpt-image-2", None, "1k", None),
        ("nano-banana-pro", None, "2k", "1k"),
        ("nano-banana-pro", None, None, None),
        ("seedream-4.5", None, "1k", None),
        ("seedream-4.5", "high", "4k", "high"),
        ("imagen-4", None, "1k", None),
        ("gpt-image-2", "8k", "1k", "8k"),
    ],
)
def test_a_resolution_that_is_allowed_is_taken(
    model: str, asked: str | None, largest: str | None, taken: str | None
) -> None:
    draft = replace(HERE, model=model, options={"resolution": asked})
    assert settle(draft, largest_resolution=largest).options.get("resolution") == taken


@pytest.mark.parametrize(
    ("model", "options", "sentence"),
    [
        ("gpt-image-2", {"resolution": "4k"}, "policy-resolution"),
        ("gpt-image-2", {"resolution": " 4K "}, "policy-resolution"),
        ("seedream-4.5", {"resolution": "high"}, "policy-resolution"),
        ("z-image", {"size": "2049x2048"}, "policy-size"),
    ],
)
def test_a_larger_one_is_refused(model: str, options: dict[str, Any], sentence: str) -> None:
    draft = replace(HERE, model=model, options=options)
    assert refusal(draft, largest_resolution="2k")[0] == sentence
    settle(draft, largest_resolution="4k")
    settle(draft)


def test_a_refused_resolution_says_which_ones_work() -> None:
    draft = replace(HERE, model="gpt-image-2", options={"resolution": "4k"})
    told = {"limit": "2k", "value": "4k", "allowed": "1k, 2k"}
    assert refusal(draft, largest_resolution="2k") == ("policy-resolution", told)


def test_a_model_that_only_makes_larger_pictures_is_refused() -> None:
    operation = CATALOG.choose("text_to_image", "gpt-image-2")[1]
    large = operation.model_copy(
        update={"options": {"resolution": operation.options["resolution"].model_copy(update={"values": ("4k",)})}}
    )
    assert resolutions(large, "2k") == ()
    model = CATALOG.choose("text_to_image", "gpt-image-2")[0].model_copy(update={"text_to_image": large})
    catalog = Catalog.model_construct(models=(model,), default_text_to_image=model.id, default_edit_image=model.id)
    with pytest.raises(AgainstSettings) as caught:
        applied(replace(HERE, model=model.id), GuildSettings(largest_resolution="2k"), catalog)
    assert caught.value.sentence == "policy-resolution-none"


def test_no_more_pictures_than_the_server_allows() -> None:
    for count in (None, 1, 2, "2"):
        settle(replace(HERE, options={"count": count}), most_pictures=2)
    for count in (3, "3"):
        assert refusal(replace(HERE, options={"count": count}), most_pictures=2) == ("policy-count", {"limit": 2})


@pytest.mark.parametrize("private", [True, False])
def test_what_is_said_goes_before_what_the_server_has(private: bool) -> None:
    assert settle(HERE, private=private).private is private
    for said in (True, False):
        assert settle(replace(HERE, private=said), private=private).private is said
