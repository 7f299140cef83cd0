"""Settings: what is missing or malformed is said in one sentence each, and secrets stay secret."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import HttpUrl

import bot
from bot.settings import Settings, SettingsError

TOKEN = "token-that-nobody-may-see"
KEY = "key-that-nobody-may-see"
ROOT = Path(bot.__file__).parent.parent


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Stand in an empty folder, with no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("RUNAPI_API_KEY", KEY)


def refused() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.read()
    error = caught.value
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert str(error) == "\n".join(error.sentences)
    assert TOKEN not in str(error)
    assert KEY not in str(error)
    return error.sentences


@pytest.mark.usefixtures("_secrets")
class TestDefaults:
    def test_two_secrets_are_enough(self) -> None:
        settings = Settings.read()
        assert settings.discord_token.get_secret_value() == TOKEN
        assert settings.runapi_api_key.get_secret_value() == KEY
        assert settings.model_dump(exclude={"discord_token", "runapi_api_key"}) == {
            "runapi_base_url": HttpUrl("https://runapi.ai/"),
            "runapi_routes": "auto",
            "runapi_status_path": None,
            "models": (),
            "database_url": "sqlite:///data/easel.db",
            "data_dir": Path("data"),
            "daily_images_per_user": 25,
            "daily_images_ceiling": None,
            "budget_a_day": None,
            "budget_a_month": None,
            "balance_floor": None,
            "tasks_at_once": 50,
            "picture_days": 7,
            "retention_days": None,
            "picture_store_mb": 2048,
            "runapi_callback_secret": None,
            "public_url": None,
            "callback_host": "127.0.0.1",
            "callback_port": 8080,
            "message_content_intent": "auto",
            "log_level": "INFO",
            "log_format": "console",
        }

    def test_the_example_file_has_every_setting_with_its_default(self, tmp_path: Path) -> None:
        example = (ROOT / ".env.example").read_text(encoding="utf-8")
        named = re.findall(r"^(\w+)=", example, re.MULTILINE)
        assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)
        default = Settings.read()
        (tmp_path / ".env").write_text(example, encoding="utf-8")
        assert Settings.read() == default

    def test_an_empty_variable_counts_as_unset(self, monkeypatch: pytest.MonkeyPatch) -> None:
        default = Settings.read()
        for name in Settings.model_fields.keys() - {"discord_token", "runapi_api_key"}:
            monkeypatch.setenv(name.upper(), "")
        assert Settings.read() == default

    def test_they_do_not_change(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            Settings.read().data_dir = Path("elsewhere")


@pytest.mark.usefixtures("_secrets")
class TestValues:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("RUNAPI_BASE_URL", "not an address"),
            ("RUNAPI_BASE_URL", "ftp://runapi.ai"),
            ("RUNAPI_ROUTES", "round"),
            ("RUNAPI_STATUS_PATH", "/v1/tasks"),
            ("RUNAPI_STATUS_PATH", "/v1/{task_id}/{user}"),
            ("RUNAPI_STATUS_PATH", "/v1/{task_id}/{}"),
            ("RUNAPI_STATUS_PATH", "/v1/{task_id"),
            ("RUNAPI_STATUS_PATH", "/v1/{task_id}/{action.name}"),
            ("RUNAPI_STATUS_PATH", "/v1/{task_id}/{action[name]}"),
            ("DATABASE_URL", "postgresql://localhost/easel"),
            ("DATABASE_URL", "sqlite:///"),
            ("DAILY_IMAGES_PER_USER", "many"),
            ("DAILY_IMAGES_PER_USER", "-1"),
            ("DAILY_IMAGES_CEILING", "endless"),
            ("BUDGET_A_DAY", "-1"),
            ("BUDGET_A_DAY", "a lot"),
            ("BUDGET_A_MONTH", "NaN"),
            ("BALANCE_FLOOR", "-5"),
            ("BUDGET_A_MONTH", "0.0000001"),
            ("TASKS_AT_ONCE", "0"),
            ("PICTURE_DAYS", "1.5"),
            ("RETENTION_DAYS", "0"),
            ("PICTURE_STORE_MB", "10"),
            ("PUBLIC_URL", "easel.example"),
            ("PUBLIC_URL", "https://easel.example/?a=b"),
            ("PUBLIC_URL", "https://easel.example/#top"),
            ("RUNAPI_CALLBACK_SECRET", " "),
            ("RUNAPI_CALLBACK_SECRET", "no base64!"),
            ("CALLBACK_PORT", "0"),
            ("CALLBACK_PORT", "65536"),
            ("MESSAGE_CONTENT_INTENT", "maybe"),
            ("LOG_LEVEL", "LOUD"),
            ("LOG_FORMAT", "xml"),
        ],
    )
    def test_a_malformed_one_is_named_in_one_sentence(
        self, name: str, value: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, value)
        [sentence] = refused()
        assert sentence.startswith(f"{name} is not usable: ")
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert "pydantic" not in sentence

    @pytest.mark.parametrize(
        ("name", "value", "read"),
        [
            ("RUNAPI_ROUTES", "namespaced", "namespaced"),
            ("RUNAPI_STATUS_PATH", "/v1/{service}/{action}/{task_id}", "/v1/{service}/{action}/{task_id}"),
            ("MODELS", "all", ("all",)),
            ("MODELS", " z-image, Imagen-4 ,, ", ("z-image", "Imagen-4")),
            ("DATA_DIR", "/srv/easel", Path("/srv/easel")),
            ("DAILY_IMAGES_PER_USER", "0", 0),
            ("DAILY_IMAGES_CEILING", "30", 30),
            ("BUDGET_A_DAY", "2.50", Decimal("2.50")),
            ("BUDGET_A_MONTH", "0", Decimal(0)),
            ("DAILY_IMAGES_CEILING", "unlimited", "unlimited"),
            ("RETENTION_DAYS", "", None),
            ("LOG_LEVEL", "debug", "DEBUG"),
            ("LOG_FORMAT", "json", "json"),
        ],
    )
    def test_a_good_one_is_taken(self, name: str, value: str, read: object, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(name, value)
        assert getattr(Settings.read(), name.lower()) == read

    @pytest.mark.parametrize(
        ("url", "path"), [("sqlite:///data/easel.db", "data/easel.db"), ("sqlite:////srv/easel.db", "/srv/easel.db")]
    )
    def test_a_database_url_is_a_path(self, url: str, path: str) -> None:
        assert Settings.read(database_url=url).database_path == Path(path)


CALLBACKS = {"PUBLIC_URL": "https://easel.example", "RUNAPI_CALLBACK_SECRET": "c2VjcmV0IG9mIGNhbGxiYWNrcw=="}


@pytest.mark.usefixtures("_secrets")
class TestCallbacks:
    def test_both_are_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in CALLBACKS.items():
            monkeypatch.setenv(name, f" {value}\n")
        settings = Settings.read()
        assert settings.public_url == HttpUrl(CALLBACKS["PUBLIC_URL"])
        assert settings.runapi_callback_secret is not None
        assert settings.runapi_callback_secret.get_secret_value() == CALLBACKS["RUNAPI_CALLBACK_SECRET"]
        assert CALLBACKS["RUNAPI_CALLBACK_SECRET"] not in repr(settings)

    @pytest.mark.parametrize(("given", "missing"), [tuple(CALLBACKS), tuple(CALLBACKS)[::-1]])
    def test_one_alone_is_said_in_one_sentence(self, given: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(given, CALLBACKS[given])
        assert refused() == [f"{given} is set and {missing} is not: set both, or neither."]

    def test_a_malformed_secret_is_not_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PUBLIC_URL", CALLBACKS["PUBLIC_URL"])
        monkeypatch.setenv("RUNAPI_CALLBACK_SECRET", f"{KEY}!")
        [sentence] = refused()
        assert sentence.startswith("RUNAPI_CALLBACK_SECRET is not usable: is not base64 text.")
        assert "https://runapi.ai/accounts/callback_secret" in sentence


class TestSecrets:
    def test_each_that_is_missing_is_named_with_where_to_get_it(self) -> None:
        token, key = refused()
        assert token.startswith("DISCORD_TOKEN is not set.")
        assert "developer portal" in token
        assert key.startswith("RUNAPI_API_KEY is not set.")
        assert "https://runapi.ai/settings/api_keys" in key

    def test_everything_wrong_is_said_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", "  ")
        monkeypatch.setenv("LOG_FORMAT", "xml")
        monkeypatch.setenv("TASKS_AT_ONCE", "none")
        assert sorted(sentence.partition(" ")[0] for sentence in refused()) == [
            "DISCORD_TOKEN",
            "LOG_FORMAT",
            "RUNAPI_API_KEY",
            "TASKS_AT_ONCE",
        ]

    def test_blanks_around_one_are_dropped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", f" {TOKEN}\n")
        monkeypatch.setenv("RUNAPI_API_KEY", f"{KEY} ")
        settings = Settings.read()
        assert settings.discord_token.get_secret_value() == TOKEN
        assert settings.runapi_api_key.get_secret_value() == KEY

    @pytest.mark.usefixtures("_secrets")
    def test_they_do_not_show(self) -> None:
        settings = Settings.read()
        for shown in (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json()):
            assert TOKEN not in shown
            assert KEY not in shown

    @pytest.mark.usefixtures("_secrets")
    def test_they_do_not_show_in_what_is_said_of_another_setting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RUNAPI_BASE_URL", f"{KEY}@{TOKEN}")
        monkeypatch.setenv("DATABASE_URL", f"postgresql://user:{KEY}@host/{TOKEN}")
        assert len(refused()) == 2


class TestFile:
    def test_it_is_read(self, tmp_path: Path) -> None:
        write(tmp_path, f"DISCORD_TOKEN={TOKEN}\n# a comment\nRUNAPI_API_KEY='{KEY}'\nDATA_DIR=files\nOTHER=1\n")
        settings = Settings.read()
        assert settings.runapi_api_key.get_secret_value() == KEY
        assert settings.data_dir == Path("files")

    def test_the_environment_goes_before_it_unless_empty(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, f"DISCORD_TOKEN=old\nRUNAPI_API_KEY={KEY}\n")
        monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
        monkeypatch.setenv("RUNAPI_API_KEY", "")
        settings = Settings.read()
        assert settings.discord_token.get_secret_value() == TOKEN
        assert settings.runapi_api_key.get_secret_value() == KEY

    def test_a_mark_that_some_editors_put_first_does_no_harm(self, tmp_path: Path) -> None:
        write(tmp_path, f"\ufeffDISCORD_TOKEN={TOKEN}\nRUNAPI_API_KEY={KEY}\n")
        assert Settings.read().discord_token.get_secret_value() == TOKEN

    def test_one_that_is_not_text_is_said(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_bytes(f"DISCORD_TOKEN={TOKEN}\n".encode("utf-16"))
        assert refused() == [".env is not UTF-8 text: save it anew as that."]


def write(folder: Path, content: str) -> None:
    (folder / ".env").write_text(content, encoding="utf-8")
