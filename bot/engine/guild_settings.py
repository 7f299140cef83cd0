"""What the managers of a server can decide, as one value that is checked: kept, exported and imported as JSON."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from bot.catalog import Action
from bot.errors import EaselError
from bot.money import dollars
from bot.store import CARD, Session

Snowflake = Annotated[
    int,
    BeforeValidator(lambda value: int(value) if isinstance(value, str) and value.isdecimal() else value),
    PlainSerializer(str, return_type=str, when_used="json"),
    Field(strict=True, gt=0, lt=2**63),
]
"""A Discord id; in JSON a text, for many readers of JSON round such numbers."""

Name = Annotated[str, Field(min_length=1, max_length=100)]

Resolution = Literal["1k", "2k", "4k"]

Unlimited = Literal["unlimited"]

Pictures = Annotated[int, Field(strict=True, ge=0, le=100_000)] | Unlimited
"""Pictures in a day; 0 is none at all, without end has to be said."""


def _in_cents(amount: Decimal) -> Decimal:
    """Return an amount in the one way in which it is written."""
    return Decimal(dollars(amount))


Dollars = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6), AfterValidator(_in_cents)]
"""Dollars in a day or a month; 0 is none at all."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name}") from error
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]


_CUSTOM_EMOJI = re.compile(r"<a?:\w{2,32}:\d{15,20}>")

_VARIATION = "\ufe0f"
"""Asks for an emoji's coloured form; Discord names emoji with it and without it."""


def _one_emoji(typed: str) -> str:
    bare = typed.strip().replace(_VARIATION, "")
    shown = bare and not any(character.isspace() or character.isalpha() for character in bare)
    if not _CUSTOM_EMOJI.fullmatch(bare) and not (shown and not bare.isascii()):
        raise ValueError(f"{typed} is no emoji")
    return bare


Emoji = Annotated[str, AfterValidator(_one_emoji), Field(max_length=64)]
"""An emoji as Discord's messages have it: the character itself, or `<:name:id>`."""


class ArtChannel(BaseModel):
    """What becomes of the results in a channel that is for making art.

    Attributes:
        threads: whether each gets a thread of its own.
        forum: where each is also posted, once it is delivered; None is nowhere.
        how_to: whether a pinned message there says how Easel is used.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    threads: Annotated[bool, Field(strict=True)] = False
    forum: Snowflake | None = None
    how_to: Annotated[bool, Field(strict=True)] = True


MAX_ART_CHANNELS = 25
"""Of a server: as many as can be chosen in one select (Discord's API document)."""


class InvalidSettings(EaselError):
    """Values do not fit.

    Attributes:
        wrong: the fields of them, each with what was to be its value.
    """

    def __init__(self, *, wrong: Mapping[str, Any]) -> None:
        super().__init__("settings-invalid", fields=", ".join(wrong))
        self.wrong = wrong


class GuildSettings(BaseModel):
    """A server's rules, as far as they are not the default.

    Attributes:
        channels: where the bot may be used: channels, their threads, categories; empty stands for everywhere.
        channels_denied: where it may not.
        roles: who may use it; empty stands for everyone.
        roles_denied: who may not; that goes before `roles`.
        models: which models, by id; empty stands for all that the operator offers.
        default_models: the model that is taken where none is named, by action.
        default_aspect_ratio: the ratio that is taken where none is named and the model has it.
        largest_resolution: `1k`, `2k` or `4k`; None is no limit.
        most_pictures: pictures that one command may ask for; None is no limit.
        private: whether replies are shown to their author alone where nothing else is asked for.
        log_channel: where reports go.
        nsfw: where pictures from age-restricted channels are let be made: nowhere (`off`), in such channels
            (`age-restricted`), or there and hidden (`spoiler`).
        retention_days: days after which what was asked and made in the server is forgotten; None is never.
        time_zone: in which its days and months begin, by its name in the IANA database.
        pictures_a_day: for each user; None is what the operator set.
        pictures_by_role: for who has a role, in place of that; the most generous counts.
        exempt_roles: whom no limit on pictures, pace or tasks at once concerns.
        cooldown: seconds between two requests of a user.
        tasks_at_once: of a user; None is no limit of the server's.
        gallery_channel: where pictures are posted that have enough stars; None is no gallery, and no stars.
        gallery_adults_channel: where those are that were made in age-restricted channels; None is the gallery itself,
            if that is age-restricted.
        gallery_stars: how many are enough.
        gallery_self_stars: whether artists may star pictures of their own.
        gallery_reaction: the emoji with which a reaction is a star too; None is none.
        budget_a_day: dollars that the server may cost on a day; None is no limit.
        budget_a_month: dollars that it may cost in a month; None is no limit.
        art_channels: the channels that are for making art, with what becomes of the results there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    channels: frozenset[Snowflake] = frozenset()
    channels_denied: frozenset[Snowflake] = frozenset()
    roles: frozenset[Snowflake] = frozenset()
    roles_denied: frozenset[Snowflake] = frozenset()
    models: frozenset[Name] = frozenset()
    default_models: dict[Action, Name] = {}
    default_aspect_ratio: Name | None = None
    largest_resolution: Resolution | None = None
    most_pictures: Annotated[int, Field(strict=True, ge=1, le=10)] | None = None
    private: bool = False
    log_channel: Snowflake | None = None
    nsfw: Literal["off", "age-restricted", "spoiler"] = "age-restricted"
    retention_days: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = None
    time_zone: TimeZone = "UTC"
    pictures_a_day: Pictures | None = None
    pictures_by_role: dict[Snowflake, Pictures] = {}
    exempt_roles: frozenset[Snowflake] = frozenset()
    cooldown: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 0
    tasks_at_once: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    gallery_channel: Snowflake | None = None
    gallery_adults_channel: Snowflake | None = None
    gallery_stars: Annotated[int, Field(strict=True, ge=1, le=1000)] = 3
    gallery_self_stars: bool = False
    gallery_reaction: Emoji | None = None
    budget_a_day: Dollars | None = None
    budget_a_month: Dollars | None = None
    art_channels: Annotated[dict[Snowflake, ArtChannel], Field(max_length=MAX_ART_CHANNELS)] = {}

    @classmethod
    def of(cls, session: Session, guild_id: int | None) -> Self:
        """Return a server's settings; outside a server, and where nothing was set, the defaults."""
        return cls._read("{}" if guild_id is None else session.guilds.settings(guild_id))

    @classmethod
    @lru_cache(maxsize=1024)
    def _read(cls, text: str) -> Self:
        """Return settings as they are kept; every request needs them, and they hardly ever change."""
        return cls.model_validate_json(text)

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """Return settings with these values, and the default of all others.

        Raises:
            InvalidSettings: some do not fit.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            wrong = {str(each["loc"][0]): each["input"] for each in reversed(error.errors()) if each["loc"]}
            raise InvalidSettings(wrong={name: values.get(name, wrong[name]) for name in sorted(wrong)}) from error

    def stored(self) -> dict[str, object]:
        """Return what is not the default, as a JSON value."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def exported(self) -> dict[str, Any]:
        """Return all, as a JSON value; what has no order of its own is in one that stays."""
        values = self.model_dump(mode="json")
        return {name: sorted(value) if name in _SETS else value for name, value in values.items()}


_SETS = frozenset(name for name, field in GuildSettings.model_fields.items() if field.default == frozenset())


AUDITED = "settings."
"""With what a change of a setting begins in the audit log; the field's name follows."""


def change(
    session: Session, guild_id: int, now: datetime, *, by: int, changes: Mapping[str, Any]
) -> tuple[GuildSettings, int]:
    """Change some of a server's settings, and record each that differs; return all, and how many did.

    Args:
        by: the user who wants that.
        changes: new values by field, as `GuildSettings` takes them; fields that are left out stay as they are.

    Raises:
        InvalidSettings: some do not fit; nothing has changed.
    """
    before = GuildSettings.of(session, guild_id)
    after = GuildSettings.checked({**before.exported(), **changes})
    old, new = before.exported(), after.exported()
    differing = [name for name in new if new[name] != old[name]]
    for name in differing:
        session.audit.add(guild_id, by, now, f"{AUDITED}{name}", before=old[name], after=new[name])
    if differing:
        session.guilds.change(guild_id, after.stored(), now)
    if after.log_channel is not None:
        session.posts.move(CARD, guild_id, after.log_channel, now)
    if any(name.startswith("gallery_") for name in differing):
        session.stars.mark("guild", guild_id)
    return after, len(differing)
