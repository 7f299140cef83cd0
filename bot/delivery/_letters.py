"""What is brought: a result as it should be, and the versions of it with less."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import discord

from bot.catalog import Catalog
from bot.engine import Answer, Delivered, Parcel
from bot.store import Details, Request
from bot.ui.messages import Reply, bare_reply, reply_to
from bot.ui.wording import alt_text, result_name


@dataclass(frozen=True, slots=True)
class Letter:
    """One version of what is to be brought.

    Attributes:
        parcels: the pictures that it shows or links to.
        description: their alt text.
    """

    request: Request
    reply: Reply
    parcels: Sequence[Parcel] = ()
    description: str = ""

    @property
    def size(self) -> int:
        """Bytes that its pictures take."""
        return sum(parcel.size for parcel in self.parcels)

    @property
    def has_files(self) -> bool:
        """Whether it shows a picture, and does not only link to it."""
        return any(parcel.fitted for parcel in self.parcels)

    def files(self, *, hidden: bool = False) -> list[discord.File]:
        """Open the pictures that it shows; discord.py closes them when they are sent.

        Args:
            hidden: whether they are spoilers whatever was asked.
        """
        return [
            discord.File(
                parcel.fitted.path,
                filename=f"{result_name(self.request, parcel.picture.number)}{parcel.fitted.suffix}",
                description=self.description,
                spoiler=hidden or self.request.spoiler,
            )
            for parcel in self.parcels
            if parcel.fitted is not None
        ]

    def delivered(self, channel_id: int | None, message_id: int | None, *, as_links: bool = False) -> Delivered:
        """Return that a message brought it; `as_links`: without its files."""
        parcels = links(self.parcels) if as_links else self.parcels
        return Delivered(Answer(self.request.reply, channel_id, message_id), parcels)


def letters(details: Details, parcels: Sequence[Parcel], catalog: Catalog, fault: str | None) -> Iterator[Letter]:
    """Yield what to bring: as it should be, then each time with less of what Discord may not take.

    Args:
        fault: the reference of a fault of ours that was met in showing it; then only that is said.
    """
    request = details.request
    if fault is None:
        described = alt_text(details, catalog)
        whole = Letter(request, reply_to(details, catalog, parcels), parcels, described)
        yield whole
        if whole.has_files:
            linked = links(parcels)
            yield Letter(request, reply_to(details, catalog, linked), linked)
    yield Letter(request, bare_reply(details, fault))


def links(parcels: Sequence[Parcel]) -> list[Parcel]:
    """Return pictures as they are where only their links are given."""
    return [replace(parcel, fitted=None) for parcel in parcels]
