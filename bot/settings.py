"""Settings: environment variables and `.env`, read once by the composition root."""

import base64
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    PlainValidator,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SettingsError(Exception):
    """One plain sentence for each setting that is missing or malformed."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def _filled(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().strip():
        raise ValueError("is empty")
    return SecretStr(secret.get_secret_value().strip())


def _sqlite(url: str) -> str:
    if not url.startswith("sqlite:///") or url == "sqlite:///":
        raise ValueError("must look like sqlite:///data/easel.db")
    return url


def _status_path(template: str | None) -> str | None:
    if template:
        if "{task_id}" not in template:
            raise ValueError("must contain {task_id}")
        try:
            template.format(action="", service="", task_id="")
        except (LookupError, ValueError, AttributeError, TypeError):
            raise ValueError("may contain {action}, {service} and {task_id} only") from None
    return template or None


def _callback_secret(secret: SecretStr | None) -> SecretStr | None:
    if secret is None:
        return None
    secret = _filled(secret)
    try:
        base64.b64decode(secret.get_secret_value(), validate=True)
    except ValueError:
        raise ValueError("is not base64 text") from None
    return secret


def _no_query(url: HttpUrl | None) -> HttpUrl | None:
    if url is not None and (url.query is not None or url.fragment is not None):
        raise ValueError("must end with its path, without ? and #")
    return url


def _ceiling(value: object) -> object:
    if value is None or value == "unlimited":
        return value
    if not str(value).isdecimal() or int(str(value)) > 1_000_000:
        raise ValueError("must be a number from 0 to 1000000, or unlimited")
    return int(str(value))


def _split(value: object) -> object:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Dollars = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6)]

Secret = Annotated[SecretStr, AfterValidator(_filled)]


class Settings(BaseSettings):
    """What an operator can set; `.env.example` has a sentence for each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True
    )

    discord_token: Secret
    runapi_api_key: Secret
    runapi_base_url: HttpUrl = HttpUrl("https://runapi.ai")
    runapi_routes: Literal["auto", "flat", "namespaced"] = "auto"
    runapi_status_path: Annotated[str | None, AfterValidator(_status_path)] = None
    models: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = ()
    database_url: Annotated[str, AfterValidator(_sqlite)] = "sqlite:///data/easel.db"
    data_dir: Path = Path("data")
    daily_images_per_user: Annotated[int, Field(ge=0, le=1_000_000)] = 25
    daily_images_ceiling: Annotated[int | Literal["unlimited"] | None, PlainValidator(_ceiling)] = None
    budget_a_day: Dollars | None = None
    budget_a_month: Dollars | None = None
    balance_floor: Dollars | None = None
    tasks_at_once: Annotated[int, Field(ge=1, le=1000)] = 50
    picture_days: Annotated[int, Field(ge=0, le=365)] = 7
    retention_days: Annotated[int | None, Field(ge=1, le=3650)] = None
    picture_store_mb: Annotated[int, Field(ge=50)] = 2048
    runapi_callback_secret: Annotated[SecretStr | None, AfterValidator(_callback_secret)] = None
    public_url: Annotated[HttpUrl | None, AfterValidator(_no_query)] = Field(None, validate_default=True)
    callback_host: str = "127.0.0.1"
    callback_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    message_content_intent: Literal["auto", "on", "off"] = "auto"
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @field_validator("public_url")
    @classmethod
    def _both_or_neither(cls, url: HttpUrl | None, others: ValidationInfo) -> HttpUrl | None:
        names = ("RUNAPI_CALLBACK_SECRET", "PUBLIC_URL")
        if "runapi_callback_secret" not in others.data:  # it is malformed, which is said already
            return url
        if (url is None) != (others.data["runapi_callback_secret"] is None):
            given, missing = names if url is None else names[::-1]
            raise PydanticCustomError("alone", f"{given} is set and {missing} is not: set both, or neither.")
        return url

    @classmethod
    def read(cls, **given: object) -> Self:
        """Read the environment and `.env`; `given` goes before both.

        Raises:
            SettingsError: something is missing or malformed.
        """
        try:
            return cls(**given)  # pyright: ignore[reportArgumentType]
        except ValidationError as error:
            raise SettingsError(_sentences(error)) from None
        except UnicodeDecodeError:
            raise SettingsError([".env is not UTF-8 text: save it anew as that."]) from None

    @property
    def database_path(self) -> Path:
        """Where the SQLite file is; relative paths count from the working directory."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def pictures_dir(self) -> Path:
        """The folder of the pictures that are kept."""
        return self.data_dir / "pictures"


_HINTS = {
    "DISCORD_TOKEN": "Copy it from your application's Bot page in Discord's developer portal.",
    "RUNAPI_API_KEY": "Make one at https://runapi.ai/settings/api_keys.",
    "RUNAPI_CALLBACK_SECRET": "Copy it from https://runapi.ai/accounts/callback_secret.",
}


def _sentences(error: ValidationError) -> list[str]:
    found: list[str] = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]).upper() if problem["loc"] else "A setting"
        hint = _HINTS.get(name, "")
        if problem["type"] == "alone":
            found.append(problem["msg"])
        elif problem["type"] == "missing":
            found.append(f"{name} is not set. {hint}".strip())
        else:
            reason = problem["msg"].removeprefix("Value error, ")
            reason = reason[:1].lower() + reason[1:]
            found.append(f"{name} is not usable: {reason}. {hint}".strip())
    return found
