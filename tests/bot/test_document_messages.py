"""What messages are about is kept without a commit of its own on the way to the answer, and no reply misses it."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import event, func, select

from bot.document_messages import DocumentMessages
from bot.sandbox.correspondent import Correspondent
from core.models.sales import receipts
from core.sales.receipts import DocumentMessage, Purpose, find_message, keep_messages
from tests.bot.conftest import Chat, build_chat_application
from tests.bot.test_recording import count

LIGHTS = 249_900
NEVER_SECONDS = 3600.0


@pytest.fixture
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is not kept by the clock."""
    monkeypatch.setattr("bot.document_messages.FLUSH_SECONDS", NEVER_SECONDS)


def count_kept(chat: Chat) -> int:
    with chat.database.begin_read() as tx:
        return int(tx.execute(select(func.count()).select_from(receipts)).scalar_one())


@pytest.fixture
def commits(chat: Chat) -> Iterator[Counter[str]]:
    """How often something was committed that was written."""
    counted: Counter[str] = Counter()

    def note(connection: object) -> None:
        if not connection.get_execution_options().get("read_only"):  # type: ignore[attr-defined]
            counted["commits"] += 1

    event.listen(chat.database.engine, "commit", note)
    yield counted
    event.remove(chat.database.engine, "commit", note)


@pytest.mark.usefixtures("_unhurried")
async def test_a_sale_is_one_commit(chat: Chat, commits: Counter[str]) -> None:
    for number in range(1, 21):
        assert "Sale recorded" in (await chat.bob.send("/sale 1 SOL-3077")).text
        assert commits["commits"] == number
        assert count_kept(chat) == number - 1, "each goes with the next message of its chat"
    await chat.alice.send("/me")
    assert commits["commits"] == 20


async def test_what_waits_is_kept_a_moment_later(chat: Chat) -> None:
    await asyncio.gather(*(writer.send("/sale 1 SOL-3077") for writer in (chat.alice, chat.bob, chat.dana)))
    async with asyncio.timeout(60):
        while count_kept(chat) < 3:  # noqa: ASYNC110 - it is the clock that makes it so
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("_unhurried")
@pytest.mark.parametrize("words", ["3 SOL-3077", "/history", "-- gift"])
async def test_a_reply_at_once_finds_its_sale(chat: Chat, words: str) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    (answer,) = (await chat.bob.send(words, reply_to=receipt.message_id)).messages
    assert "#1" in answer.text
    assert await count(chat) == ((3 if words.startswith("3") else 2) * LIGHTS, 1)


@pytest.mark.usefixtures("_unhurried")
async def test_a_refusal_in_between_loses_nothing(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    assert "NOSUCH" in (await chat.bob.send("/sale 1 NOSUCH-1")).text
    assert count_kept(chat) == 0, "what is refused writes nothing"
    await chat.bob.send("3 SOL-3077", reply_to=receipt.message_id)
    assert await count(chat) == (3 * LIGHTS, 1)


@pytest.mark.usefixtures("_unhurried")
async def test_what_waits_is_kept_together_when_the_bot_stops(chat: Chat, commits: Counter[str]) -> None:
    application = build_chat_application(chat.database, chat.world)
    async with application:
        bob, alice = (Correspondent(chat.world, one.user_id, application) for one in (chat.bob, chat.alice))
        (receipt,) = await bob.send("/sale 2 SOL-3077")
        (other,) = await alice.send("/sale 1 GAM-2211")
        prompt = (await alice.press("Note")).messages[0]
    assert (commits["commits"], count_kept(chat)) == (4, 3)
    await chat.bob.send("3 SOL-3077", reply_to=receipt.message_id)
    noted = await chat.alice.send("gift", reply_to=prompt.message_id)
    assert [one.message_id for one in noted.messages] == [other.message_id]
    assert await count(chat) == (3 * LIGHTS + 1_199_900, 2)


@pytest.mark.usefixtures("_unhurried")
async def test_a_reply_to_what_was_lost_is_told_what_to_do_and_the_button_works(chat: Chat) -> None:
    """The process was killed before it was kept: another one knows nothing of the message."""
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    application = build_chat_application(chat.database, chat.world)
    async with application:
        bob = Correspondent(chat.world, chat.bob.user_id, application)
        for words in ("3 SOL-3077", "-- gift", "/return", "/again"):
            assert "I cannot tell which sale" in (await bob.send(words, reply_to=receipt.message_id)).text
        assert "replies to its own receipt" in (await bob.send("gift", reply_to=receipt.message_id)).text
        assert await count(chat) == (2 * LIGHTS, 1)
        (undone,) = (await bob.press("Undo", message_id=receipt.message_id)).messages
        assert undone.message_id == receipt.message_id
        (told,) = (await bob.send("3 SOL-3077", reply_to=receipt.message_id)).messages
        assert "restore it first" in told.text, "by now it is known again"
    assert await count(chat) == (0, 0)


@pytest.mark.usefixtures("_unhurried")
async def test_the_last_word_about_a_message_counts(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    messages = DocumentMessages(chat.database)
    asked, shown = (DocumentMessage(7, 8, 9, 1, purpose) for purpose in (Purpose.RETURN, Purpose.RECEIPT))

    def find() -> DocumentMessage | None:
        with chat.database.begin_read() as tx:
            return find_message(tx, chat.shop.company.id, 7, 8, 9)

    messages.add(asked)
    flushing = asyncio.create_task(messages.flush())
    await asyncio.sleep(0)
    messages.add(shown)
    async with messages.taking(8) as taken:
        assert find() == asked, "what was on its way has arrived"
        await chat.database.write(keep_messages, taken)
    messages.add(asked)
    await messages.finish()
    assert find() == shown, "a receipt stays one"
    await flushing
