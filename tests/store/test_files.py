"""Which files of the picture store are needed, and since when those are not that are not."""

from datetime import timedelta

from bot.store import Delivery, Session, Store, TaskState
from tests.store.rows import NOW, add_request


async def test_files_are_needed_until_their_request_is_delivered(store: Store) -> None:
    def keep(session: Session) -> None:
        for number, (delivery, delivered_at) in enumerate(
            [(Delivery.OPEN, None), (Delivery.DELIVERED, NOW + timedelta(hours=1)), (Delivery.UNDELIVERABLE, None)]
        ):
            request = add_request(session)
            session.requests.change(request.id, delivery=delivery, delivered_at=delivered_at, finished_at=NOW)
            task = session.tasks.add(request.id, 1, NOW)
            session.tasks.move(task.id, TaskState.QUEUED, to=TaskState.CANCELLED)
            session.pictures.add(task, ["https://a/1", "https://a/2"], created_at=NOW, expires_at=NOW)
            [picture, _] = session.pictures.of_request(request.id)
            session.pictures.change(picture.id, file=f"picture {number}", thumbnail=f"thumbnail {number}")

    await store.write(keep)
    files = await store.read(lambda session: session.pictures.files())
    ends = [None, NOW + timedelta(hours=1), NOW]
    assert files == {f"{kind} {number}": ends[number] for kind in ("picture", "thumbnail") for number in range(3)}


async def test_a_file_that_several_edit_is_needed_until_the_last_is_delivered(store: Store) -> None:
    def keep(session: Session) -> tuple[int, int]:
        first, second = (add_request(session, action="edit_image").id for _ in range(2))
        for request_id in (first, second):
            source = {"role": "image", "file_name": "a.png", "url": None, "picture_id": None, "file": "source"}
            session.requests.add_sources(request_id, [source])
        session.requests.change(first, delivery=Delivery.DELIVERED, delivered_at=NOW)
        return first, second

    _, second = await store.write(keep)
    assert await store.read(lambda session: session.pictures.files()) == {"source": None}
    later = NOW + timedelta(days=1)
    await store.write(lambda session: session.requests.change(second, delivery=Delivery.DELIVERED, delivered_at=later))
    assert await store.read(lambda session: session.pictures.files()) == {"source": later}
