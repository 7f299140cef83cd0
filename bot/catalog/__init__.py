"""The model catalog: which values a model takes, and what RunAPI is asked for.

Data lives in `bot/catalog.toml`; adding a model is an entry there and nothing else.
"""

from bot.catalog._bodies import SourceUrls, request_body, urls_in
from bot.catalog._catalog import Catalog, UnknownModels
from bot.catalog._checks import check_options, check_prompt, check_sources
from bot.catalog._models import (
    COUNT,
    MAX_PROMPT,
    RATIO,
    Action,
    CatalogError,
    Model,
    Operation,
    Option,
    Options,
    Rule,
    Style,
    Value,
)
from bot.catalog._several import MOST_PICTURES, SEED, at_once, counts, most_pictures, task_options, tasks_for
from bot.catalog._sizes import parse_size

__all__ = [
    "COUNT",
    "MAX_PROMPT",
    "MOST_PICTURES",
    "RATIO",
    "SEED",
    "Action",
    "Catalog",
    "CatalogError",
    "Model",
    "Operation",
    "Option",
    "Options",
    "Rule",
    "SourceUrls",
    "Style",
    "UnknownModels",
    "Value",
    "at_once",
    "check_options",
    "check_prompt",
    "check_sources",
    "counts",
    "most_pictures",
    "parse_size",
    "request_body",
    "task_options",
    "tasks_for",
    "urls_in",
]
