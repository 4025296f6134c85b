"""Telegram's refusals in its own words, and what counts as the bot's own mistake."""

from __future__ import annotations

from collections.abc import Mapping

from bot.emulator import words
from bot.emulator.params import Params
from bot.emulator.state import Chat, Entity, Message, World

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_RAW_BYTES = 32_768
MAX_DOCUMENT = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance "
    "is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
    "the webhook first"
)
SET_WEBHOOK_CAME = "Conflict: terminated by setWebhook request"
BLOCKED = "Forbidden: bot was blocked by the user"
BOTS = "Forbidden: bot can't send messages to bots"

# Refusals a careful bot meets too, because the world moved under it. Anything else with 400,
# 403 or 404 is the bot's own mistake and is counted.
NOT_ITS_FAULT = (
    "message is not modified",
    "message to delete not found",
    "query is too old",
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked",
    "bot is not a member",
    "group chat was",
)

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
        "record_audio",
        "upload_audio",
    ]
)


class Rejected(Exception):
    """Telegram says no."""

    def __init__(
        self, code: int, description: str, parameters: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})


def bad(what: str) -> Rejected:
    return Rejected(400, f"Bad Request: {what}")


def too_many(retry_after: int) -> Rejected:
    return Rejected(
        429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after}
    )


def is_its_fault(code: int, description: str) -> bool:
    return code in (400, 403, 404) and not any(known in description for known in NOT_ITS_FAULT)


def formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[Entity]]:
    """The first look at a text: markup and size, before anyone asks whose chat it is."""
    text = params.text(name)
    if len(text.encode()) > MAX_RAW_BYTES:
        raise bad("text is too long")
    mode = params.text("parse_mode").lower()
    if mode not in ("", "none", "html", "markdown", "markdownv2"):
        raise bad("unsupported parse_mode")
    if mode not in ("", "none"):
        params.complain(f"parse_mode {mode} is used; its markup is not read here")
    listed = params.json(entities_name, "can't parse entities JSON object")
    if not isinstance(listed, list):
        if listed is not None:
            params.complain(f"{entities_name} is not an array and was ignored")
        return text, []
    return text, [entity for entity in map(_entity, listed) if entity is not None]


def _entity(value: object) -> Entity | None:
    if not isinstance(value, dict):
        raise bad("can't parse MessageEntity: expected an Object")
    kind = value.get("type")
    for field in ("offset", "length"):
        if field not in value:
            raise bad(f"can't parse MessageEntity: Can't find field \"{field}\"")
        if not isinstance(value[field], int) or isinstance(value[field], bool):
            raise bad(f'can\'t parse MessageEntity: Field "{field}" must be of type Number')
    if kind in words.FOUND_BY_TELEGRAM:
        return None
    if kind not in words.FORMATTING:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    if kind == "text_link" and not isinstance(value.get("url"), str):
        raise bad("can't parse MessageEntity: Can't find field \"url\"")
    return dict(value)


def settled(text: str, entities: list[Entity], *, caption: bool) -> tuple[str, list[Entity]]:
    """The second look, after the chat was found: what will really be shown."""
    wrong = words.misplaced(text, entities)
    if wrong:
        raise bad(wrong)
    text, entities = words.tidy(text, [entity for entity in entities if entity["length"]])
    if not caption and not text:
        raise bad("text must be non-empty")
    if len(text) > (MAX_CAPTION if caption else MAX_TEXT):
        raise bad("message caption is too long" if caption else "message is too long")
    return text, words.with_found(text, entities)


def target_chat(world: World, params: Params, missing: str = "chat_id is empty") -> Chat:
    raw = params.text("chat_id")
    if not raw:
        raise bad(missing)
    chat_id = _number(raw)
    if chat_id == world.bot_id:
        raise Rejected(403, BOTS)
    chat = world.chats.get(chat_id) if chat_id is not None else None
    if chat is None or not chat.met:
        raise bad("chat not found")
    return chat


def _number(raw: str) -> int | None:
    try:
        return int(raw)
    except ValueError:
        return None


def reachable(chat: Chat) -> None:
    """The last thing the server looks at before it sends."""
    if not chat.blocked:
        return
    if chat.private:
        raise Rejected(403, BLOCKED)
    raise Rejected(403, f"Forbidden: bot is not a member of the {chat.peer['type']} chat")


def replied(chat: Chat, params: Params) -> int | None:
    """The message this one answers, if it is there."""
    reply = params.json("reply_parameters", "can't parse reply parameters JSON object")
    wanted = reply.get("message_id") if isinstance(reply, dict) else None
    forgiving = isinstance(reply, dict) and reply.get("allow_sending_without_reply") is True
    if wanted is None:
        wanted = params.integer("reply_to_message_id") or None
        forgiving = forgiving or params.flag("allow_sending_without_reply")
    if wanted is None:
        return None
    if isinstance(wanted, int) and wanted in chat.messages:
        return wanted
    if forgiving:
        return None
    raise bad("message to be replied not found")


def own_message(chat: Chat, params: Params) -> Message:
    """The message an edit may change."""
    message_id = params.integer("message_id")
    if not message_id:
        raise bad("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad("message to edit not found")
    if not message.from_bot or (message.markup and message.markup.kind != "inline"):
        raise bad("message can't be edited")
    return message
