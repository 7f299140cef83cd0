"""How several pictures become tasks, and what each of those is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import (
    COUNT,
    Catalog,
    CatalogError,
    Model,
    Operation,
    Option,
    Rule,
    Value,
    check_options,
    counts,
    most_pictures,
    task_options,
    tasks_for,
)
from bot.shares import numbers, shares

CATALOG = Catalog.load(offered=["all"])
MODEL = CATALOG.models[0]
SIZES = st.frozensets(st.integers(2, 10), max_size=4)


def making(*values: int) -> Operation:
    """Return an operation that makes these numbers of pictures in one task; none is one at a time."""
    option = {COUNT: Option(field="output_count", values=values, default=1)} if values else {}
    return Operation(service="s", options={"seed": Option(minimum=10, maximum=12), **option})


def asked(operation: Operation, **options: Value) -> list[dict[str, Value]]:
    """Return the options of each task."""
    together = tasks_for(int(options.get(COUNT, 1)), operation)
    return [task_options(options, operation, task=number, tasks=together) for number in range(1, together + 1)]


@given(st.integers(1, 40), st.integers(1, 10))
def test_shares_are_all_that_was_asked_and_numbered_through(pictures: int, tasks: int) -> None:
    shared = shares(pictures, tasks)
    assert (len(shared), sum(shared)) == (tasks, pictures)
    assert max(shared) - min(shared) <= 1
    named = [numbers(pictures, tasks, task) for task in range(1, tasks + 1)]
    assert [number for each in named for number in each] == list(range(1, pictures + 1))
    assert tuple(map(len, named)) == shared


@pytest.mark.parametrize(
    ("at_once", "pictures", "shared"),
    [
        ((), 1, (1,)),
        ((), 4, (1, 1, 1, 1)),
        ((1, 2, 4), 2, (2,)),
        ((1, 2, 4), 3, (2, 1)),
        ((1, 2, 4), 4, (4,)),
        ((1, 2), 3, (2, 1)),
        ((1, 2, 3, 4, 5, 6), 6, (6,)),
    ],
)
def test_as_few_tasks_as_can_be(at_once: tuple[int, ...], pictures: int, shared: tuple[int, ...]) -> None:
    assert shares(pictures, tasks_for(pictures, making(*at_once))) == shared


@given(SIZES)
def test_every_number_that_is_suggested_is_taken_and_each_task_is_asked_for_what_it_can(sizes: frozenset[int]) -> None:
    operation = making(*({1, *sizes} if sizes else ()))
    assert list(counts(operation, {})) == list(range(1, most_pictures(operation) + 1))
    for count in counts(operation, {}):
        assert check_options({COUNT: count}, MODEL, operation) == {COUNT: count}
        each = [int(options.get(COUNT, 1)) for options in asked(operation, count=count)]
        assert sum(each) == count
        assert set(each) <= {1, *sizes}


@pytest.mark.parametrize("count", [0, -1, 5, "many", "²", "9" * 4000])
@pytest.mark.parametrize("model", ["imagen-4", "gpt-4o-image"])
def test_a_number_that_cannot_be_is_refused_with_those_that_can(model: str, count: Value) -> None:
    with pytest.raises(CatalogError) as caught:
        check_options({COUNT: count}, *CATALOG.choose("text_to_image", model))
    assert (caught.value.sentence, caught.value.args_) == (
        "catalog-out-of-range",
        {"option": "count", "low": "1", "high": "4"},
    )


def test_a_number_that_was_typed_is_taken() -> None:
    assert check_options({COUNT: "3"}, *CATALOG.choose("text_to_image", "imagen-4")) == {COUNT: 3}


def test_a_seed_moves_on_with_each_task_and_begins_anew_after_its_greatest() -> None:
    assert asked(making(), seed=11, count=3) == [{"seed": 11}, {"seed": 12}, {"seed": 10}]
    assert asked(making(1, 2), seed=11, count=2) == [{"seed": 11, COUNT: 2}]
    assert asked(making(1, 2), seed=11, count=3) == [{"seed": 11, COUNT: 2}, {"seed": 12, COUNT: 1}]


def test_what_a_newer_catalog_has_no_more_is_left_out() -> None:
    options: dict[str, Value] = {COUNT: 4}
    assert task_options(options, making(), task=1, tasks=1) == {}
    assert making().sent("flat", {COUNT: 4, "quality": "high"}) == {}


def test_what_one_of_several_tasks_does_not_combine_is_refused_and_not_suggested() -> None:
    operation = Operation(
        service="s",
        options={"size": Option(values=("s", "l")), COUNT: Option(values=(1, 2), default=1)},
        rules=(Rule(when={"size": "l"}, never={COUNT: (2,)}),),
    )
    assert counts(operation, {"size": "s"}) == (1, 2, 3, 4)
    assert counts(operation, {"size": "l"}) == (1,)
    with pytest.raises(CatalogError) as caught:
        check_options({COUNT: 3, "size": "l"}, MODEL, operation)
    assert caught.value.sentence == "catalog-bad-combination"


@pytest.mark.parametrize("model", CATALOG.models, ids=lambda model: model.id)
def test_every_model_makes_four(model: Model) -> None:
    for operation in filter(None, (model.text_to_image, model.edit_image)):
        assert check_options({COUNT: 4}, model, operation)[COUNT] == 4
