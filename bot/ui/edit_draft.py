"""What somebody fills in to edit pictures: kept from when the form is opened, so that nothing typed is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import discord

from bot.catalog import Action
from bot.engine import Draft, SourceDraft
from bot.store import Details
from bot.ui.base import Interaction, draft_from
from bot.ui.pictures_of import MessagePicture, file_of
from bot.ui.wording import result_name

EDIT: Action = "edit_image"

MAX_PICTURES = 25
"""Pictures to choose from: the options that a select has (Discord's documentation)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that may be edited.

    Attributes:
        url: where Discord served it when the form was opened; None for one of Easel's own.
        picture_id: which of Easel's own it is, and `number` its number in its request; None for others.
        author_id: the user whose it is: who posted it, or who had Easel make it; None where that is not known.
    """

    name: str
    url: str | None = None
    size: tuple[int, int] | None = None
    spoiler: bool = False
    picture_id: int | None = None
    number: int | None = None
    author_id: int | None = None

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Candidate":
        """Return a picture as it was kept."""
        rest = {name: value for name, value in content.items() if name != "size"}
        return cls(size=content["size"] and (content["size"][0], content["size"][1]), **rest)

    def source(self) -> SourceDraft:
        """Return it as a picture to edit."""
        author_id = self.author_id if self.picture_id is None else None
        return SourceDraft(
            self.name, url=self.url, picture_id=self.picture_id, author_id=author_id, spoiler=self.spoiler
        )


@dataclass(frozen=True, slots=True)
class EditDraft:
    """A form: the pictures to choose from, and what is chosen and typed.

    Attributes:
        origin: how it was opened: `edit_image` (Apps > Edit image) or `edit_button`.
        chosen: which of `pictures` are to be edited, from 0.
        model: its id, None for the one that is taken then.
        options: by their names on `/edit`; those that are not there are as the model has them.
        parent_id: the request that made the pictures; None where that is not Easel's.
        posted: ids of the channel and the message with the pictures, None where Easel made them.
    """

    origin: str
    pictures: Sequence[Candidate]
    chosen: Sequence[int] = (0,)
    prompt: str = ""
    model: str | None = None
    options: Mapping[str, str] | None = None
    private: bool | None = None
    parent_id: int | None = None
    posted: Sequence[int] | None = None

    @classmethod
    def of_message(cls, pictures: Sequence[MessagePicture], message: discord.Message) -> "EditDraft":
        """Return an empty form for the pictures of a message that is not a reply of Easel's."""
        candidates = [
            Candidate(
                picture.name,
                url=picture.url,
                size=(picture.width, picture.height) if picture.width and picture.height else None,
                spoiler=picture.spoiler,
                author_id=message.author.id,
            )
            for picture in pictures
        ]
        return cls("edit_image", candidates[:MAX_PICTURES], posted=(message.channel.id, message.id))

    @classmethod
    def of_result(cls, details: Details, origin: str) -> "EditDraft":
        """Return an empty form for the pictures that a request made."""
        request = details.request
        candidates = [
            Candidate(
                result_name(request, picture.number),
                size=(picture.width, picture.height) if picture.width and picture.height else None,
                spoiler=request.spoiler,
                picture_id=picture.id,
                number=picture.number,
                author_id=request.user_id,
            )
            for picture in details.pictures
        ]
        return cls(origin, candidates[:MAX_PICTURES], private=request.private or None, parent_id=request.id)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "EditDraft":
        """Return a form as it was kept."""
        pictures = [Candidate.from_json(each) for each in content["pictures"]]
        rest = {name: value for name, value in content.items() if name != "pictures"}
        return cls(pictures=pictures, **rest)

    def to_json(self) -> Mapping[str, Any]:
        """Return the form as it is kept."""
        return asdict(replace(self, pictures=list(self.pictures), chosen=list(self.chosen)))

    def filled_in(
        self, *, chosen: Sequence[int], prompt: str, model: str | None, options: Mapping[str, str]
    ) -> "EditDraft":
        """Return the form with what somebody chose and typed."""
        known = [index for index in chosen if index < len(self.pictures)]
        return replace(self, chosen=known or self.chosen, prompt=prompt, model=model, options=options)

    def with_addresses(self, pictures: Sequence[MessagePicture]) -> "EditDraft":
        """Return the form with the newer addresses of those of its pictures that are among these."""
        newer = {file_of(picture.url): picture.url for picture in pictures}
        renewed = [replace(each, url=newer.get(file_of(each.url or ""), each.url)) for each in self.pictures]
        return replace(self, pictures=renewed)

    def request(self, interaction: Interaction) -> Draft:
        """Return what the person who sent the form asks for."""
        edited = [self.pictures[index] for index in self.chosen]
        return draft_from(
            interaction,
            origin=self.origin,
            action=EDIT,
            prompt=self.prompt,
            model=self.model,
            options=dict(self.options or {}),
            sources=tuple(picture.source() for picture in edited),
            private=self.private,
            parent_id=self.parent_id,
            parent_number=edited[0].number,
        )
