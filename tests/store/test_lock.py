"""One process to a database."""

from pathlib import Path

import pytest

from bot.store import StoreError, sole_user


def test_who_comes_second_is_refused_until_the_first_is_done(path: Path) -> None:
    with sole_user(path):
        with pytest.raises(StoreError, match="in use by another Easel"), sole_user(path):
            pass
        with sole_user(path.with_name("other.db")):
            pass
    with sole_user(path):
        pass


def test_another_name_of_the_file_does_not_help(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(path)
    with sole_user(path), pytest.raises(StoreError, match="in use"), sole_user(tmp_path / "link.db"):
        pass


def test_the_folder_is_made(tmp_path: Path) -> None:
    with sole_user(tmp_path / "new" / "data" / "easel.db"):
        assert (tmp_path / "new" / "data").is_dir()


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreError, match=r"file/easel\.db\.lock cannot be written: "),
        sole_user(tmp_path / "file/easel.db"),
    ):
        pass
