"""Telegram's refusals, word for word (TELEGRAM.md section 3)."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from bot.emulator.cast import DEMO_TOKEN
from bot.emulator.emulator import Emulator, File

from .conftest import Bot

IDA = 7_000_000_001
SAM = 7_000_000_009
BAD = "Bad Request: "
NO_KEY = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"


def inline(*buttons: object) -> dict[str, object]:
    return {"inline_keyboard": [list(buttons)]}


def bold(offset: int, length: int) -> list[dict[str, object]]:
    return [{"type": "bold", "offset": offset, "length": length}]


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("no chat", "sendMessage", {"text": "a"}, "chat_id is empty"),
    ("unknown chat", "sendMessage", {"chat_id": 5, "text": "a"}, "chat not found"),
    ("unknown name", "sendMessage", {"chat_id": "@nobody", "text": "a"}, "chat not found"),
    ("never met", "sendMessage", {"chat_id": SAM, "text": "a"}, "chat not found"),
    ("no text", "sendMessage", {"chat_id": IDA}, "message text is empty"),
    ("empty before chat", "sendMessage", {"chat_id": 5, "text": ""}, "message text is empty"),
    ("space", "sendMessage", {"chat_id": IDA, "text": " \n\t"}, "text must be non-empty"),
    ("raw", "sendMessage", {"chat_id": IDA, "text": "å" * 16_385}, "text is too long"),
    ("long", "sendMessage", {"chat_id": IDA, "text": "å" * 4097}, "message is too long"),
    ("mode", "sendMessage", {"chat_id": IDA, "text": "a", "parse_mode": "x"}, "unsupported parse_mode"),
    ("markup json", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ("markup list", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": []}, "object expected as reply markup"),
    ("markup before chat", "sendMessage", {"chat_id": 5, "text": "a", "reply_markup": []}, "object expected as reply markup"),
    ("rows", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": {"inline_keyboard": [{}]}}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
    ("no action", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": inline({"text": "x"})}, NO_KEY),
    ("no data", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": inline({"text": "x", "callback_data": ""})}, NO_KEY),
    ("type", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": inline({"text": "x", "url": None})}, 'can\'t parse inline keyboard button: Field "url" must be of type String'),
    ("label", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": inline({"text": "", "callback_data": "x"})}, "inline keyboard button text must be non-empty"),
    ("key", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": {"keyboard": [[" "]]}}, "keyboard button text must be non-empty"),
    ("data", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": inline({"text": "x", "callback_data": "å" * 33})}, "BUTTON_DATA_INVALID"),
    ("link", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": inline({"text": "x", "url": "http://localhost"})}, "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL"),
    ("many", "sendMessage", {"chat_id": IDA, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101}}, "reply markup is too long"),
    ("entity kind", "sendMessage", {"chat_id": IDA, "text": "a", "entities": [{"type": "shiny", "offset": 0, "length": 1}]}, "can't parse MessageEntity: Unsupported type specified"),
    ("entity end", "sendMessage", {"chat_id": IDA, "text": "aba caba", "entities": bold(3, 6)}, "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 9"),
    ("entity split", "sendMessage", {"chat_id": IDA, "text": "👉 👉", "entities": bold(0, 1)}, "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4"),
    ("entity begins", "sendMessage", {"chat_id": IDA, "text": "👉 👉", "entities": bold(1, 1)}, "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
    ("reply", "sendMessage", {"chat_id": IDA, "text": "a", "reply_parameters": {"message_id": 4}}, "message to be replied not found"),
    ("surrogate", "sendMessage", {"chat_id": IDA, "text": "\ud800"}, "strings must be encoded in UTF-8"),
    ("no document", "sendDocument", {"chat_id": IDA}, "there is no document in the request"),
    ("no photo", "sendPhoto", {"chat_id": IDA, "photo": "attach://x"}, "there is no photo in the request"),
    ("bad file", "sendDocument", {"chat_id": IDA, "document": "abc"}, "wrong file identifier/HTTP URL specified"),
    ("action", "sendChatAction", {"chat_id": IDA, "action": "sing"}, "wrong parameter action in request"),
    ("edit nothing", "editMessageText", {"chat_id": IDA, "message_id": 1, "text": "a"}, "message to edit not found"),
    ("edit no id", "editMessageText", {"chat_id": IDA, "text": "a"}, "message identifier is not specified"),
    ("delete no chat", "deleteMessage", {"message_id": 1}, "chat identifier is not specified"),
    ("delete no id", "deleteMessage", {"chat_id": IDA}, "message identifier is not specified"),
    ("delete nothing", "deleteMessage", {"chat_id": IDA, "message_id": 1}, "message to delete not found"),
    ("delete many", "deleteMessages", {"chat_id": IDA, "message_ids": list(range(101))}, "too many message identifiers specified"),
    ("query", "answerCallbackQuery", {"callback_query_id": "1"}, "query is too old and response timeout expired or query ID is invalid"),
    ("file id", "getFile", {"file_id": "x"}, "invalid file id"),
    ("commands json", "setMyCommands", {"commands": "["}, "can't parse commands JSON object"),
    ("commands", "setMyCommands", {"commands": {}}, "expected an Array of BotCommand"),
    ("no command", "setMyCommands", {"commands": [{"command": "/", "description": "x"}]}, "command must be non-empty"),
    ("command length", "setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, "command length must not exceed 32"),
    ("no words", "setMyCommands", {"commands": [{"command": "a", "description": " "}]}, "command description must be non-empty"),
    ("words", "setMyCommands", {"commands": [{"command": "a", "description": "x" * 257}]}, "command description length must not exceed 256"),
    ("letters", "setMyCommands", {"commands": [{"command": "møter", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("language", "setMyCommands", {"commands": [], "language_code": "nb-NO"}, "invalid language code specified"),
    ("webhook http", "setWebhook", {"url": "http://example.org"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ("webhook port", "setWebhook", {"url": "https://example.org:8444"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
    ("webhook ip", "setWebhook", {"url": "https://10.0.0.1"}, "bad webhook: IP address 10.0.0.1 is reserved"),
    ("webhook url", "setWebhook", {"url": "nonsense"}, "invalid webhook URL specified"),
    ("secret", "setWebhook", {"url": "https://127.0.0.1/", "secret_token": "å"}, "secret token contains unallowed characters"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "params", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
async def test_refusals(
    bot: Bot, emulator: Emulator, method: str, params: dict[str, Any], words: str
) -> None:
    assert await bot.refusal(method, **params) == (400, BAD + words)
    benign = words.startswith(("message to delete not found", "query is too old"))
    assert bool(emulator.violations) is not benign
    assert emulator.chat(IDA)["messages"] == []


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("nonsense", "Unauthorized: invalid token specified"),
        ("01:DEMO", "Unauthorized: invalid token specified"),
        ("1:DEMO" + "x" * 80, "Unauthorized: invalid token specified"),
        ("123456:real-looking", "Unauthorized"),
        ("1:DEMO-another", "Unauthorized"),
    ],
)
async def test_other_tokens_leave_no_trace(emulator: Emulator, token: str, words: str) -> None:
    answer = await emulator.call(token, "sendMessage", {"chat_id": str(IDA), "text": "x"}, {})
    assert answer.status == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": words}
    assert emulator.calls == []


async def test_unknown_method(bot: Bot, emulator: Emulator) -> None:
    assert await bot.refusal("sendLove") == (404, "Not Found: method not found")
    assert [each["what"] for each in emulator.violations] == ["Not Found: method not found"]


async def test_method_names_ignore_case(bot: Bot) -> None:
    assert (await bot("GETME"))["username"] == "losbot_demo_bot"


async def test_blocked(bot: Bot, emulator: Emulator) -> None:
    await emulator.block(IDA, True)
    blocked = (403, "Forbidden: bot was blocked by the user")
    assert await bot.refusal("sendMessage", chat_id=IDA, text="a") == blocked
    assert emulator.violations == []
    assert (await bot.refusal("sendMessage", chat_id=1, text="a"))[0] == 403


ODD: list[tuple[dict[str, Any], str]] = [
    ({"colour": "red"}, "unknown parameter colour"),
    ({"disable_notification": "maybe"}, "disable_notification is neither true nor false: 'maybe'"),
    ({"parse_mode": "HTML"}, "parse_mode html is used; its markup is not read here"),
    ({"message_thread_id": "x"}, "message_thread_id is not a whole number: 'x'"),
    (
        {"reply_markup": inline({"text": "x", "url": "https://a.no", "callback_data": "b"})},
        "a button has several actions: url, callback_data",
    ),
    ({"reply_markup": {}}, "reply_markup is of no known kind and was ignored"),
]


@pytest.mark.parametrize(("params", "what"), ODD, ids=[what for _, what in ODD])
async def test_tolerated_but_counted(
    bot: Bot, emulator: Emulator, params: dict[str, Any], what: str
) -> None:
    await bot("sendMessage", chat_id=IDA, text="a", **params)
    (violation,) = emulator.violations
    assert violation == {
        "when": "2026-11-02T09:00:00+00:00",
        "method": "sendMessage",
        "chat_id": str(IDA),
        "what": what,
    }


async def test_ranges_are_counted(bot: Bot, emulator: Emulator) -> None:
    await bot("getUpdates", limit=1000, allowed_updates="nonsense")
    assert [each["what"] for each in emulator.violations] == [
        "limit is outside 1-100: 1000",
        "allowed_updates is not an array of names and was ignored",
    ]


async def test_text_is_cleaned_and_entities_move_along(bot: Bot) -> None:
    sent = await bot("sendMessage", chat_id=IDA, text=" \u202e👉 a\x00b\r ", entities=bold(2, 4))
    assert sent["text"] == "👉 a b"
    assert sent["entities"] == bold(0, 4)


async def test_edits(bot: Bot) -> None:
    keys = {"inline_keyboard": [[{"text": "Ja", "callback_data": "y"}]]}
    sent = await bot("sendMessage", chat_id=IDA, text="a", reply_markup=keys)
    place = {"chat_id": IDA, "message_id": sent["message_id"]}
    same = await bot.refusal("editMessageText", **place, text="a", reply_markup=keys)
    assert same == (
        400,
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message",
    )
    edited = await bot("editMessageText", **place, text="b")
    assert "reply_markup" not in edited
    assert edited["edit_date"] == edited["date"]
    await bot("editMessageReplyMarkup", **place, reply_markup=keys)
    assert (await bot.refusal("editMessageCaption", **place, caption="c"))[0] == 400


async def test_what_cannot_be_edited(bot: Bot, emulator: Emulator) -> None:
    refused = (400, "Bad Request: message can't be edited")
    key = await bot("sendMessage", chat_id=IDA, text="a", reply_markup={"keyboard": [["x"]]})
    place = {"chat_id": IDA, "message_id": key["message_id"]}
    assert await bot.refusal("editMessageText", **place, text="b") == refused
    await emulator.send(IDA, "hei")
    (update,) = await bot("getUpdates")
    place["message_id"] = update["message"]["message_id"]
    assert await bot.refusal("editMessageText", **place, text="b") == refused
    file = {"document": File("a.txt", b"x")}
    sent = await bot.ask("sendDocument", files=file, chat_id=IDA)
    place["message_id"] = sent["result"]["message_id"]
    assert await bot.refusal("editMessageText", **place, text="b") == (
        400,
        "Bad Request: there is no text in the message to edit",
    )


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)


async def test_files(bot: Bot, emulator: Emulator) -> None:
    photo = {"qr": File("qr.png", png(90, 80), "image/png")}
    sent = await bot.ask("sendPhoto", files=photo, chat_id=IDA, photo="attach://qr", caption="QR")
    (size,) = sent["result"]["photo"]
    assert (size["width"], size["height"], sent["result"]["caption"]) == (90, 80, "QR")
    about = await bot("getFile", file_id=size["file_id"])
    assert emulator.world.paths[about["file_path"]].file.data == photo["qr"].data
    again = await bot("sendPhoto", chat_id=IDA, photo=size["file_id"])
    assert again["photo"] == [size]


@pytest.mark.parametrize(
    ("method", "file", "words"),
    [
        ("sendPhoto", File("a.png", b"nothing"), "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", File("a.png", png(9000, 9000)), "PHOTO_INVALID_DIMENSIONS"),
        ("sendDocument", File("a.ics", b""), "file must be non-empty"),
    ],
)
async def test_bad_files(bot: Bot, method: str, file: File, words: str) -> None:
    name = method.removeprefix("send").lower()
    answer = await bot.ask(method, files={name: file}, chat_id=IDA)
    assert answer["description"] == BAD + words


async def test_long_caption(bot: Bot) -> None:
    file = {"document": File("a.txt", b"x")}
    answer = await bot.ask("sendDocument", files=file, chat_id=IDA, caption="x" * 1025)
    assert answer["description"] == BAD + "message caption is too long"


async def test_delete_limits(bot: Bot, emulator: Emulator) -> None:
    sent = await bot("sendMessage", chat_id=IDA, text="a")
    place = {"chat_id": IDA, "message_id": sent["message_id"]}
    await emulator.move_clock(emulator.clock.now().replace(day=5))
    assert await bot.refusal("deleteMessage", **place) == (
        400,
        "Bad Request: message can't be deleted for everyone",
    )
    assert await bot("deleteMessages", chat_id=IDA, message_ids=[sent["message_id"], 7]) is True


async def test_commands_by_scope_and_language(bot: Bot, emulator: Emulator) -> None:
    async def menu(word: str, **where: Any) -> None:
        commands = [{"command": "/start", "description": word}]
        assert await bot("setMyCommands", commands=commands, **where) is True

    def shown(person: int) -> object:
        return [each["description"] for each in emulator.chat(person)["commands"]]  # type: ignore[attr-defined]

    await menu("default")
    await menu("English", language_code="en")
    assert (shown(IDA), shown(SAM)) == (["default"], ["English"])
    await menu("private", scope={"type": "all_private_chats"})
    assert (shown(IDA), shown(SAM)) == (["private"], ["private"])
    await menu("Ida", scope={"type": "chat", "chat_id": IDA})
    assert shown(IDA) == ["Ida"]
    await bot("deleteMyCommands", scope={"type": "chat", "chat_id": IDA})
    assert shown(IDA) == ["private"]
    assert await bot("getMyCommands", language_code="en") == [
        {"command": "start", "description": "English"}
    ]


def test_only_demo_tokens() -> None:
    assert DEMO_TOKEN.startswith("1:DEMO")
