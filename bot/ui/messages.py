"""The reply to a request: what it says in each state, and the buttons under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import discord

from bot.catalog import Catalog, Style
from bot.engine import Parcel
from bot.i18n import text
from bot.reply_address import left_out
from bot.store import Details, RequestState, Task, TaskState
from bot.ui import several
from bot.ui.buttons import Cancel, Delete, Edit, More, Notify, Remix, Reroll
from bot.ui.lineage import lineage
from bot.ui.rounds import EnterRound, standing_line, with_standing
from bot.ui.stars import Star, star_label
from bot.ui.typed import literal, shortened
from bot.ui.wording import dollars, model_name, quoted

MAX_LINK = 300
"""Characters of a picture's address, up to which it is shown."""


SHOWN_OPTIONS = ("aspect_ratio", "size", "resolution")
"""Options whose value speaks for itself in the status line."""

SHOWN_NAME = 60
"""Characters of a file's name that a reply shows."""

SHOWN_NAMES = 5
"""Names of files that a reply shows."""

MAX_CONTENT = 2000
"""Characters of a message (Discord's API document)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a message shows."""

    content: str
    view: discord.ui.View


def reply_to(
    details: Details, catalog: Catalog, parcels: Sequence[Parcel] = (), *, waits_for: str | None = None
) -> Reply:
    """Return the reply to a request as it stands.

    Args:
        waits_for: why it is not sent yet, if it waits: a state of `UpstreamState`.
        parcels: its pictures as they are attached, so that what could not be attached whole is said.
    """
    waiting = [] if waits_for is None else [text(f"waiting-{waits_for}", locale=details.request.locale)]
    came_from = filter(None, [lineage(details)])
    notes = [*_notes(details), *_unsent(details, catalog), *_left_out(details, catalog)]
    lines = [_status_line(details, catalog), *came_from, *waiting, *notes]
    prompt = "\n".join(filter(None, [standing_line(details), quoted(details.request.prompt)]))
    room = MAX_CONTENT - len("\n".join([*lines, prompt]))
    lines += _picture_notes(parcels, details, room)
    return Reply("\n".join([*lines, prompt]), buttons_under(details))


def restated(content: str, details: Details) -> Reply:
    """Return a reply that says `content` as it is to be once the result has entered a round, or was taken out."""
    return Reply(with_standing(content, details), buttons_under(details))


def bare_reply(details: Details, fault: str | None = None) -> Reply:
    """Return how a request ended in as few words as there can be, none of which are a person's or a model's.

    Args:
        fault: the reference of a fault of ours that keeps the rest from being shown; else Discord does not take it.
    """
    request = details.request
    locale = request.locale
    reason = text("reply-unfit", locale=locale) if fault is None else text("unexpected", locale=locale, reference=fault)
    made = request.state is RequestState.COMPLETED
    end = text("kept-under", locale=locale, id=request.short_id) if made else text("not-charged", locale=locale)
    status = f"{text(f'status-{_status(details)}', locale=locale)} · `{request.short_id}`"
    return Reply("\n".join([status, reason, end]), buttons_under(details))


def _status_line(details: Details, catalog: Catalog) -> str:
    request = details.request
    facts = [text(f"status-{_status(details)}", locale=request.locale), model_name(request, catalog)]
    facts += [str(request.options[name]) for name in SHOWN_OPTIONS if name in request.options]
    facts += several.facts(details, catalog)
    facts += _ending_facts(details) if request.finished_at else [*_waiting_facts(details), *_prospects(details)]
    facts.append(f"`{request.short_id}`")
    return " · ".join(facts)


def _status(details: Details) -> str:
    state = details.request.state
    if state in (RequestState.COMPLETED, RequestState.FAILED, RequestState.CANCELLED):
        return state.value
    if any(task.state is TaskState.PROCESSING or task.state.over for task in details.tasks):
        return "processing"
    return "pending" if details.place is None else "queued"


def _waiting_facts(details: Details) -> list[str]:
    locale = details.request.locale
    asked = details.request.created_at
    if details.place is None:
        sent = min((task.submitted_at for task in details.tasks if task.submitted_at), default=asked)
        return [text("fact-since", locale=locale, when=discord.utils.format_dt(sent, "R"))]
    before = text("fact-place", locale=locale, before=details.place - 1)
    return [before, text("fact-asked", locale=locale, when=discord.utils.format_dt(asked, "R"))]


def _prospects(details: Details) -> list[str]:
    """Return what it will cost and how many pictures its user has left then, as far as that is known."""
    locale = details.request.locale
    facts: list[str] = []
    if details.quote is not None:
        facts.append(text("fact-price", locale=locale, price=dollars(details.quote)))
    if details.left is not None:
        facts.append(text("fact-left", locale=locale, left=details.left))
    return facts


def _ending_facts(details: Details) -> list[str]:
    request = details.request
    if request.state is not RequestState.COMPLETED:
        return []
    facts: list[str] = []
    took = _duration(details.tasks)
    if took is not None:
        minutes, seconds = divmod(max(round(took.total_seconds()), 1), 60)
        sentence = "fact-minutes" if minutes else "fact-seconds"
        facts.append(text(sentence, locale=request.locale, minutes=minutes, seconds=seconds))
    if details.cost is not None:
        facts.append(text("fact-cost", locale=request.locale, cost=dollars(details.cost)))
    return facts


def _duration(tasks: Sequence[Task]) -> timedelta | None:
    done = [task for task in tasks if task.state is TaskState.COMPLETED]
    began = [task.submitted_at for task in tasks if task.submitted_at]
    ended = [task.finished_at for task in done if task.finished_at]
    return max(ended) - min(began) if began and ended else None


def _notes(details: Details) -> list[str]:
    """Return why there is no picture, what to do, and that nothing was charged."""
    request = details.request
    if request.state is RequestState.CANCELLED:
        sent = any(task.submitted_at for task in details.tasks)
        return [text("cancelled-running" if sent else "cancelled-queued", locale=request.locale)]
    if request.state is RequestState.FAILED:
        return [*several.reasons(details), text("not-charged", locale=request.locale)]
    if request.state is not RequestState.COMPLETED:
        return []
    made = len(details.pictures)
    notes = several.lateness(details)
    if made < request.pictures_asked:
        notes.append(text("fewer-made", locale=request.locale, made=made, asked=request.pictures_asked))
        notes += several.reasons(details)
    return notes


def _unsent(details: Details, catalog: Catalog) -> list[str]:
    """Return what was chosen and is not told to the model, for RunAPI's routes differ in what they take."""
    request = details.request
    model = catalog.find(request.model)
    operation = model and model.operation(request.action)
    style: Style | None = next((task.style for task in details.tasks if task.style is not None), None)
    if model is None or operation is None or style is None:
        return []
    names = ", ".join(f"`{name}`" for name in operation.unsent(style, request.options))
    return [text("options-unsent", locale=request.locale, model=model.name, options=names)] if names else []


def _left_out(details: Details, catalog: Catalog) -> list[str]:
    """Return which pictures are not edited, for the model takes no more."""
    names = left_out(details.request)
    if not names:
        return []
    shown = [literal(shortened(name, SHOWN_NAME)) for name in names[:SHOWN_NAMES]]
    more = ["…"] if len(names) > len(shown) else []
    return [
        text(
            "reply-left-out",
            locale=details.request.locale,
            model=model_name(details.request, catalog),
            limit=len(details.sources),
            names=", ".join([*shown, *more]),
        )
    ]


def _is_less(parcel: Parcel) -> bool:
    return parcel.fitted is None or parcel.fitted.how != "original"


def _picture_notes(parcels: Sequence[Parcel], details: Details, room: int) -> list[str]:
    """Return how to get the pictures that are not attached whole, in `room` characters.

    What could not be attached at all goes before what is only shown smaller.
    """
    lesser = sorted(filter(_is_less, parcels), key=lambda parcel: parcel.fitted is not None)
    if not lesser:
        return []
    notes: list[str] = []
    left_out = 0
    last = text("pictures-left-out", locale=details.request.locale, count=len(parcels))
    for parcel in lesser:
        note = _picture_note(parcel, details)
        if not note:
            continue
        if len("\n".join(["", *notes, note, last])) <= room:
            notes.append(note)
        else:
            left_out += 1
    if left_out:
        notes.append(text("pictures-left-out", locale=details.request.locale, count=left_out))
    return notes


def _picture_note(parcel: Parcel, details: Details) -> str:
    locale = details.request.locale
    how = parcel.why_link if parcel.fitted is None else parcel.fitted.how
    if len(parcel.picture.url) > MAX_LINK:
        return text("picture-unshown", locale=locale) if parcel.fitted is None else ""
    until = discord.utils.format_dt(parcel.picture.expires_at, "d")
    bars = "||" if details.request.spoiler else ""
    note = text(f"picture-{how}", locale=locale, url=parcel.picture.url, until=until, bars=bars)
    return f"{parcel.picture.number}. {note}" if len(details.pictures) > 1 else note


def buttons_under(details: Details) -> discord.ui.View:
    """Return the buttons under a reply as it stands."""
    request = details.request
    view = discord.ui.View(timeout=None)
    if request.finished_at is None:
        view.add_item(Cancel(request.short_id, text("button-cancel", locale=request.locale)))
        if details.notifiable:
            view.add_item(Notify(request.short_id, text("button-notify", locale=request.locale)))
    else:
        made = request.state is RequestState.COMPLETED
        again = text("button-reroll" if made else "button-again", locale=request.locale)
        view.add_item(Reroll(request.short_id, again))
        if made and details.pictures:
            view.add_item(Edit(request.short_id, text("button-edit", locale=request.locale)))
        if made:
            view.add_item(Remix(request.short_id, text("button-remix", locale=request.locale)))
            view.add_item(More(request.short_id, text("button-more", locale=request.locale)))
        view.add_item(Delete(request.short_id, text("button-delete", locale=request.locale)))
        if details.stars is not None and details.pictures:
            view.add_item(Star(request.short_id, star_label(details.stars), row=1))
        if details.round is not None and details.pictures:
            view.add_item(EnterRound.of(details))
    # What is pressed is known by its custom id; else discord.py would keep every view for ever.
    view.stop()
    return view
