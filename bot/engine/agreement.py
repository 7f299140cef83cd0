"""What galleries are to show always agrees with the stars.

Whatever changes what a gallery is to show calls `agree` in its own transaction; the posts that it marks are made by
`bot.engine.posts`.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.engine.guild_settings import GuildSettings
from bot.store import GALLERY, Delivery, Picture, Request, RequestState, Session

RESULT = "result"
"""The kind under which a result's own message keeps the number on its star button; the key is the request's id."""


def agree(session: Session, picture_id: int, now: datetime) -> None:
    """Mark the posts that show a picture's stars, or its place in the gallery, as the rows have them by now."""
    picture = session.pictures.get(picture_id)
    request = None if picture is None else session.requests.get(picture.request_id)
    key = str(picture_id)
    if picture is None or request is None or request.guild_id is None or not is_fit(session, picture, request):
        session.posts.unwant(GALLERY, key, now)
    else:
        _agree_with_stars(session, picture, request, request.guild_id, now)
    _agree_result(session, request, now)


def agree_requests(session: Session, request_ids: Iterable[int], now: datetime) -> None:
    """Do what `agree` does for all pictures of requests."""
    for request_id in request_ids:
        for picture in session.pictures.of_request(request_id):
            if session.posts.get(GALLERY, str(picture.id)) is not None:
                agree(session, picture.id, now)
        _agree_result(session, session.requests.get(request_id), now)


def _agree_with_stars(session: Session, picture: Picture, request: Request, guild_id: int, now: datetime) -> None:
    settings, key = GuildSettings.of(session, guild_id), str(picture.id)
    channel = settings.gallery_channel
    if request.age_restricted and settings.gallery_adults_channel is not None:
        channel = settings.gallery_adults_channel
    if settings.gallery_channel is None or channel is None:
        # Without a gallery what is posted stays as it is, and nothing more is.
        post = session.posts.get(GALLERY, key)
        if post is not None and post.message_id is None:
            session.posts.unwant(GALLERY, key, now)
    elif session.stars.count(picture.id, self_stars=settings.gallery_self_stars) < settings.gallery_stars:
        session.posts.unwant(GALLERY, key, now)
    else:
        session.posts.want(GALLERY, key, guild_id, channel, now)
        session.posts.touch(GALLERY, key, now)


def _agree_result(session: Session, request: Request | None, now: datetime) -> None:
    """Mark a result's message for the number on its star button."""
    if request is None:
        return
    key = str(request.id)
    if request.guild_id is None or request.channel_id is None or request.message_id is None or not is_seen(request):
        session.posts.drop(RESULT, key)
    else:
        where = {"channel_id": request.channel_id, "message_id": request.message_id}
        session.posts.adopt(RESULT, key, now, guild_id=request.guild_id, **where)


def is_seen(request: Request) -> bool:
    """Whether others see a result, in a server."""
    seen = request.state is RequestState.COMPLETED and request.delivery is Delivery.DELIVERED
    here = request.guild_id is not None and request.bot_present and not request.private
    return seen and here and request.deleted_at is None and request.forgotten is None


def is_fit(session: Session, picture: Picture, request: Request) -> bool:
    """Whether a picture may be in a gallery, however many stars it has."""
    return (
        is_seen(request)
        and not session.stars.is_withdrawn(picture.id)
        and session.users.gallery(request.user_id) != "never"
    )
