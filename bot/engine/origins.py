"""Where the pictures come from that somebody wants to work on: whose they are, and what stays with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.errors import EaselError
from bot.store import Request, Session


class EditsNotAllowed(EaselError):
    """Somebody whose picture it is does not let others edit it."""


class ForgottenPicture(EaselError):
    """The picture is not kept any more, so nobody knows what its owner wanted."""


class StaysAmongAdults(EaselError):
    """The picture comes from an age-restricted channel, and this is none."""


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A picture to edit, or the mask that says where: an address to fetch it from, or a file in the picture store.

    Attributes:
        picture_id: which of Easel's own pictures it is, None where it is none.
        author_id: the user who posted it, None where that is who asks, or is not known; of Easel's own pictures the
            request knows it.
        spoiler: whether it was hidden where it was posted.
    """

    file_name: str
    url: str | None = None
    file: str | None = None
    picture_id: int | None = None
    role: Literal["image", "mask"] = "image"
    author_id: int | None = None
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Origins:
    """What a request builds on.

    Attributes:
        owners: the users whose pictures it edits. A picture is whose request made it, else who posted it.
        spoiler: whether one of the pictures is hidden.
        age_restricted: whether one of the pictures was made where only adults are.
        forgotten: whether one of the pictures is not kept any more.
    """

    owners: frozenset[int]
    spoiler: bool
    age_restricted: bool
    forgotten: bool

    @classmethod
    def of(
        cls, session: Session, sources: Iterable[SourceDraft], parent_id: int | None, parent_number: int | None
    ) -> "Origins":
        """Return on what a request builds that edits `sources` and comes from the request `parent_id`.

        Who only makes a parent's prompt again (no `parent_number`, no sources) edits no picture of its owner's.
        """
        images = [source for source in sources if source.role == "image"]
        parent = None if parent_id is None else session.requests.get(parent_id)
        makers = list(_makers(session, images))
        edited = [parent, *makers] if parent and parent_number is not None else makers
        builds_on = [parent, *makers] if parent else makers
        posters = {source.author_id for source in images if source.author_id is not None}
        return cls(
            owners=frozenset(posters | {request.user_id for request in edited}),
            spoiler=any(each.spoiler for each in (*images, *builds_on)),
            age_restricted=any(request.age_restricted for request in builds_on),
            forgotten=any(request.forgotten for request in edited),
        )

    def check(self, session: Session, user_id: int, *, among_adults: bool) -> None:
        """Check that a user may build on this.

        Args:
            among_adults: whether they ask in an age-restricted channel.

        Raises:
            StaysAmongAdults: a picture comes from an age-restricted channel, and this is none.
            ForgottenPicture: a picture is not kept any more.
            EditsNotAllowed: a picture is somebody's who does not let others edit theirs.
        """
        if self.age_restricted and not among_adults:
            raise StaysAmongAdults("stays-among-adults")
        if self.forgotten:
            raise ForgottenPicture("picture-forgotten")
        for owner in sorted(self.owners - {user_id}):
            if not session.users.allows_edits(owner):
                raise EditsNotAllowed("edits-not-allowed", owner=str(owner))


def _makers(session: Session, images: Iterable[SourceDraft]) -> Iterator[Request]:
    """Yield the requests that made those of the pictures which are Easel's own."""
    for image in images:
        picture = None if image.picture_id is None else session.pictures.get(image.picture_id)
        request = None if picture is None else session.requests.get(picture.request_id)
        if request is not None:
            yield request
