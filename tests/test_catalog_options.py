"""Options of the model catalog: what is refused, what is suggested, and that the two agree."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog import Action, Catalog, CatalogError, Model, Operation, Option, Rule, Value, check_options
from bot.i18n import DEFAULT_LOCALE, text

CATALOG = Catalog.load()
ACTIONS: tuple[Action, ...] = ("text_to_image", "edit_image")


def chosen(model: str | None = None, action: Action = "text_to_image") -> tuple[Model, Operation]:
    return CATALOG.choose(action, model)


def refused_options(
    model: str, options: Mapping[str, Value | None], action: Action = "text_to_image"
) -> tuple[str, str]:
    """Return the sentence's id and the sentence."""
    with pytest.raises(CatalogError) as caught:
        check_options(options, *chosen(model, action))
    return caught.value.sentence, text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_)


class TestOptions:
    def test_what_is_left_out_is_not_chosen(self) -> None:
        assert check_options({"aspect_ratio": None, "seed": 7}, *chosen()) == {"seed": 7}
        assert check_options({"negative_prompt": " ", "aspect_ratio": ""}, *chosen()) == {}

    def test_an_unknown_one_is_refused_with_those_that_there_are(self) -> None:
        sentence, said = refused_options("imagen-4", {"resolution": "2k"})
        assert sentence == "catalog-not-taken"
        assert said == "Imagen 4 has no option `resolution`. It takes: aspect_ratio, negative_prompt, seed."

    def test_a_wrong_value_is_refused_with_the_right_ones(self) -> None:
        sentence, said = refused_options("imagen-4", {"aspect_ratio": "21:9" * 100})
        assert sentence == "catalog-bad-value"
        assert said.endswith("It takes: 1:1, 16:9, 9:16, 3:4, 4:3.")
        assert len(said) < 200

    def test_auto_is_for_models_that_know_it(self) -> None:
        assert check_options({"aspect_ratio": "auto"}, *chosen("imagen-4-fast")) == {"aspect_ratio": "auto"}
        assert refused_options("imagen-4-ultra", {"aspect_ratio": "auto"})[0] == "catalog-bad-value"

    def test_a_value_in_another_case_is_taken_as_the_right_one(self) -> None:
        given = {"resolution": " 2K ", "aspect_ratio": "16:9"}
        assert check_options(given, *chosen("gpt-image-2")) == {"resolution": "2k", "aspect_ratio": "16:9"}
        assert check_options({"aspect_ratio": "AUTO"}, *chosen("gpt-image-2")) == {"aspect_ratio": "auto"}

    @pytest.mark.parametrize(("typed", "number"), [(" 42 ", 42), ("0", 0), ("007", 7)])
    def test_a_number_may_be_typed_as_text(self, typed: str, number: int) -> None:
        assert check_options({"seed": typed}, *chosen()) == {"seed": number}

    @pytest.mark.parametrize("seed", [-1, 2147483648, "-1", "4.2", "forty-two", "\u0664\u0662", "9" * 5000])
    def test_a_seed_out_of_range_is_refused_with_the_range(self, seed: Value) -> None:
        sentence, said = refused_options("imagen-4", {"seed": seed})
        assert sentence == "catalog-out-of-range"
        assert said == "`seed` must be a whole number from 0 to 2147483647."

    @pytest.mark.parametrize("seed", [0, 2147483647])
    def test_a_seed_within_the_range_is_taken(self, seed: int) -> None:
        assert check_options({"seed": seed}, *chosen()) == {"seed": seed}

    def test_a_negative_prompt_that_is_too_long_is_refused(self) -> None:
        assert check_options({"negative_prompt": "x" * 4000}, *chosen()) == {"negative_prompt": "x" * 4000}
        sentence, said = refused_options("imagen-4", {"negative_prompt": "x" * 4001})
        assert sentence == "catalog-text-too-long"
        assert said == "`negative_prompt` has 4,001 characters; 4,000 is the most."

    def test_a_broken_character_in_a_negative_prompt_is_replaced(self) -> None:
        assert check_options({"negative_prompt": "fog \ud83e"}, *chosen()) == {"negative_prompt": "fog ?"}

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize(
        ("options", "resolution", "ratio", "fits"),
        [
            ({"resolution": "4k", "aspect_ratio": "1:1"}, "4k", "1:1", "3:2"),
            ({"resolution": "4k"}, "4k", "auto", "3:2"),
            ({"resolution": "2k"}, "2k", "auto", "1:1"),
            ({"resolution": "2k", "aspect_ratio": "auto"}, "2k", "auto", "1:1"),
        ],
    )
    def test_a_bad_combination_is_refused_with_what_fits(
        self, options: dict[str, Value], resolution: str, ratio: str, fits: str, action: Action
    ) -> None:
        sentence, said = refused_options("gpt-image-2", options, action)
        assert sentence == "catalog-bad-combination"
        assert said.startswith(
            f"GPT Image 2 cannot combine `aspect_ratio` {ratio} with `resolution` {resolution}. "
            f"With that, `aspect_ratio` can be: {fits}, "
        )
        offered = said.partition("can be: ")[2].rstrip(".").split(", ")
        for value in offered:
            assert check_options({**options, "aspect_ratio": value}, *chosen("gpt-image-2", action))

    @pytest.mark.parametrize(
        "options",
        [
            {"resolution": "1k"},
            {"resolution": "1k", "aspect_ratio": "auto"},
            {"aspect_ratio": "auto"},
            {"resolution": "2k", "aspect_ratio": "1:1"},
            {"resolution": "4k", "aspect_ratio": "21:9"},
        ],
    )
    def test_a_good_combination_is_taken(self, options: dict[str, Value]) -> None:
        assert check_options(options, *chosen("gpt-image-2")) == options

    def test_a_combination_is_refused_with_what_fits_all_that_was_chosen(self) -> None:
        values: tuple[Value, ...] = ("x", "y", "z")
        operation = Operation(
            service="s",
            options={name: Option(values=values, default="x") for name in ("a", "b", "c")},
            rules=(Rule(when={"a": "x"}, never={"b": ("x",)}), Rule(when={"c": "z"}, never={"b": ("y",)})),
        )
        with pytest.raises(CatalogError) as caught:
            check_options({"c": "z"}, CATALOG.models[0], operation)
        assert caught.value.args_ == {
            "model": "Imagen 4",
            "option": "b",
            "value": "x",
            "other": "a",
            "other_value": "x",
            "allowed": "z",
        }


OPERATIONS = [
    (model, operation)
    for model in CATALOG.models
    for action in ACTIONS
    if (operation := model.operation(action)) is not None
]


@st.composite
def invented(draw: st.DrawFn) -> tuple[Model, Operation]:
    """An operation of three options with up to four rules about them."""
    names = ("a", "b", "c")
    values = st.sampled_from(("x", "y", "z"))
    rules = st.builds(
        Rule,
        when=st.dictionaries(st.sampled_from(names), values, min_size=1, max_size=2),
        never=st.dictionaries(st.sampled_from(names), st.lists(values, min_size=1, max_size=2), min_size=1, max_size=1),
    ).filter(lambda rule: not rule.when.keys() & rule.never.keys())
    operation = Operation(
        service="invented",
        options={name: Option(values=("x", "y", "z"), default=draw(values)) for name in names},
        rules=tuple(draw(st.lists(rules, max_size=4))),
    )
    return CATALOG.models[0], operation


class TestSuggestions:
    @settings(deadline=None)
    @given(st.data(), st.sampled_from(OPERATIONS))
    def test_what_is_suggested_for_every_option_is_taken(
        self, data: st.DataObject, able: tuple[Model, Operation]
    ) -> None:
        self.follow_suggestions(data, *able)

    @settings(deadline=None, max_examples=500)
    @given(st.data(), invented())
    def test_that_holds_for_whatever_rules_a_catalog_has(
        self, data: st.DataObject, able: tuple[Model, Operation]
    ) -> None:
        self.follow_suggestions(data, *able)

    @staticmethod
    def follow_suggestions(data: st.DataObject, model: Model, operation: Operation) -> None:
        shown = [name for name, option in operation.options.items() if option.values]
        chosen: dict[str, Value] = {}
        for name in data.draw(st.permutations(shown)):
            fits = operation.allowed(name, chosen)
            if not fits:
                return
            chosen[name] = data.draw(st.sampled_from(fits))
        assert check_options(chosen, model, operation) == chosen

    @pytest.mark.parametrize("able", OPERATIONS)
    def test_in_the_shipped_catalog_every_choice_leaves_another(self, able: tuple[Model, Operation]) -> None:
        _, operation = able
        for name, option in operation.options.items():
            for value in option.values:
                rest = operation.options.keys() - {name}
                assert all(operation.allowed(other, {name: value}) for other in rest if operation.options[other].values)

    def test_beside_4k_neither_auto_nor_square_is_suggested(self) -> None:
        operation = chosen("gpt-image-2")[1]
        assert {"auto", "1:1"} & set(operation.allowed("aspect_ratio", {"resolution": "4k"})) == set()
        assert operation.allowed("resolution", {"aspect_ratio": "1:1"}) == ("1k", "2k")
        assert operation.allowed("resolution", {"aspect_ratio": "auto"}) == ("1k",)
        assert operation.allowed("resolution", {}) == ("1k", "2k", "4k")
        assert operation.allowed("colour", {}) == ()
