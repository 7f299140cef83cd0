"""What the managers of a server decided."""

from datetime import timedelta

from bot.store import AuditEntry, Block, Rule, Session, Store
from tests.store.rows import ADA, BOB, NOW

GUILD, OTHER = 7, 8
BLOCK = Block(GUILD, ADA, "spam", NOW + timedelta(days=1), BOB, NOW)
RULE = Rule(GUILD, "coon", ("maine coon",), BOB, NOW)


async def test_settings_are_replaced_as_a_whole(store: Store) -> None:
    assert await store.read(lambda session: session.guilds.settings(GUILD)) == "{}"
    for settings in ({"private": True}, {"cooldown": 5}):
        await store.write(lambda session, settings=settings: session.guilds.change(GUILD, settings, NOW))
    assert await store.read(lambda session: session.guilds.settings(GUILD)) == '{"cooldown":5}'
    assert await store.read(lambda session: session.guilds.settings(OTHER)) == "{}"


async def test_the_newest_changes_come_first(store: Store) -> None:
    def change(session: Session) -> None:
        session.audit.add(GUILD, ADA, NOW, "cooldown", before=None, after=5)
        session.audit.add(OTHER, ADA, NOW, "cooldown", before=None, after=6)
        session.audit.add(GUILD, BOB, NOW, "cooldown", before=5, after=7)

    await store.write(change)
    newest = AuditEntry(3, GUILD, BOB, NOW, "cooldown", 5, 7)
    assert await store.read(lambda session: session.audit.newest(GUILD, 1)) == [newest]
    assert len(await store.read(lambda session: session.audit.newest(GUILD, 10))) == 2


async def test_a_block_is_replaced_and_taken_back(store: Store) -> None:
    forever = Block(GUILD, ADA, "worse", None, BOB, NOW)
    for block in (BLOCK, forever):
        await store.write(lambda session, block=block: session.blocks.put(block))
        assert await store.read(lambda session: session.blocks.get(GUILD, ADA)) == block
    assert await store.read(lambda session: session.blocks.get(OTHER, ADA)) is None
    assert await store.read(lambda session: session.blocks.of_guild(GUILD)) == [forever]
    assert await store.read(lambda session: session.blocks.of_guild(OTHER)) == []
    assert await store.write(lambda session: session.blocks.remove(GUILD, ADA))
    assert not await store.write(lambda session: session.blocks.remove(GUILD, ADA))
    assert await store.read(lambda session: session.blocks.get(GUILD, ADA)) is None


async def test_a_rule_is_replaced_and_removed(store: Store) -> None:
    other = Rule(GUILD, "blood", (), ADA, NOW)
    changed = Rule(GUILD, "coon", ("maine coon", "coon cat"), ADA, NOW)
    for rule in (RULE, other, changed):
        await store.write(lambda session, rule=rule: session.rules.put(rule))
    assert await store.read(lambda session: session.rules.of_guild(GUILD)) == [other, changed]
    assert await store.read(lambda session: session.rules.of_guild(OTHER)) == []
    phrases = [("blood", ()), ("coon", ("maine coon", "coon cat"))]
    assert await store.read(lambda session: session.rules.phrases(GUILD)) == phrases
    assert await store.read(lambda session: session.rules.phrases(OTHER)) == []
    assert await store.write(lambda session: session.rules.remove(GUILD, "coon"))
    assert not await store.write(lambda session: session.rules.remove(GUILD, "coon"))
    assert await store.read(lambda session: session.rules.of_guild(GUILD)) == [other]
