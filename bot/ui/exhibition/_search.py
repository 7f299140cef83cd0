"""What somebody looks for in a gallery, kept in a draft while they turn its pages."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from bot.engine import When
from bot.errors import EaselError
from bot.store import GallerySearch, Order
from bot.ui.base import Interaction, home
from bot.ui.exhibition._places import visible
from bot.ui.places import is_age_restricted

DRAFT_KIND = "gallery"
"""What tells a draft that holds a search from others."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for.

    Attributes:
        artist_id: whose pictures, None for everybody's.
        model: by which, its id; None for every model.
        since, up_to, seed: what that was when it was asked for, so that pages stay as they are: seconds since 1970, a
            post's id, of the order at random.
    """

    artist_id: int | None = None
    model: str | None = None
    when: When = "all"
    order: Order = "newest"
    since: float | None = None
    up_to: int | None = None
    seed: int = 1

    @property
    def narrow(self) -> bool:
        """Whether there may be more in the gallery than this finds."""
        return self.artist_id is not None or self.model is not None or self.when != "all"

    @property
    def top(self) -> bool:
        """Whether it asks for the best of everybody's in some time."""
        return self.order == "stars" and self.when != "all" and self.artist_id is None and self.model is None

    def begun(self, interaction: Interaction) -> Self:
        """Return it as it is asked for now."""
        exhibition = home(interaction).engine.exhibition
        since = exhibition.since(self.when)
        return replace(self, since=None if since is None else since.timestamp(), seed=exhibition.seed())

    async def search(self, interaction: Interaction) -> GallerySearch:
        """Return it as the engine takes it from who asks, where they ask."""
        guild_id = interaction.guild_id or 0
        channels = await home(interaction).engine.exhibition.channels(guild_id)
        return GallerySearch(
            guild_id,
            visible(interaction, channels),
            artist_id=self.artist_id,
            model=self.model,
            since=None if self.since is None else datetime.fromtimestamp(self.since, UTC),
            order=self.order,
            seed=self.seed,
            up_to=self.up_to,
            among_adults=is_age_restricted(interaction.channel),
        )

    async def keep(self, interaction: Interaction) -> str:
        """Keep it in a draft of who asks; return the draft's id."""
        content: dict[str, Any] = {"kind": DRAFT_KIND, **asdict(self)}
        return (await home(interaction).engine.drafts.add(interaction.user.id, content)).id

    @classmethod
    async def kept(cls, interaction: Interaction, draft_id: str) -> Self:
        """Return what a draft holds.

        Raises:
            EaselError: it is not kept any more.
        """
        draft = await home(interaction).engine.drafts.get(draft_id)
        if draft is None or draft.user_id != interaction.user.id or draft.content.get("kind") != DRAFT_KIND:
            raise EaselError("gallery-forgotten")
        return cls(**{name: value for name, value in draft.content.items() if name != "kind"})
