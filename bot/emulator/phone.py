"""What a phone shows now, for the page and for people who read transcripts."""

from __future__ import annotations

from bot.emulator.profile import commands_for
from bot.emulator.state import Chat, Message, Stored, World

SHOWN_ON_BUTTONS = ("text", "callback_data", "url")


def person_json(world: World, person_id: int) -> dict[str, object]:
    chat = world.chat_of(person_id)
    actor = world.people[person_id]
    return {
        "id": actor.id,
        "name": actor.name,
        "role": actor.role,
        "language_code": actor.language_code,
        "blocked": chat.blocked,
    }


def chat_json(world: World, person_id: int) -> dict[str, object]:
    chat = world.chat_of(person_id)
    toast = chat.toast
    return {
        "person": person_json(world, person_id),
        "messages": [_message(chat, message) for message in chat.messages.values()],
        "reply_keyboard": _keyboard(chat),
        "commands": commands_for(world, world.people[person_id]),
        "pushes": [{"date": at.isoformat(), "text": text} for at, text in chat.pushes],
        "toast": toast and {"text": toast[1], "alert": toast[2], "date": toast[0].isoformat()},
    }


def _message(chat: Chat, message: Message) -> dict[str, object]:
    stored = message.stored
    return {
        "message_id": message.message_id,
        "from": "bot" if message.from_bot else "person",
        "date": message.date.isoformat(),
        "edited": message.edited is not None,
        "text": message.text,
        "entities": message.entities,
        "inline_keyboard": [
            [{name: button[name] for name in SHOWN_ON_BUTTONS if name in button} for button in row]
            for row in message.inline_rows
        ],
        "document": _document(chat, stored) if stored and not stored.is_photo else None,
        "photo": _photo(chat, stored) if stored and stored.is_photo else None,
    }


def _document(chat: Chat, stored: Stored) -> dict[str, object]:
    return {
        "file_name": stored.file.name,
        "mime_type": stored.file.mime_type,
        "size": len(stored.file.data),
        "url": f"/sim/{chat.id}/files/{stored.unique_id}",
    }


def _photo(chat: Chat, stored: Stored) -> dict[str, object]:
    url = f"/sim/{chat.id}/files/{stored.unique_id}"
    return {"url": url, "width": stored.width, "height": stored.height}


def _keyboard(chat: Chat) -> dict[str, object] | None:
    if chat.keyboard is None:
        return None
    return {
        "rows": [[key["text"] for key in row] for row in chat.keyboard.rows],
        "placeholder": chat.keyboard.value.get("input_field_placeholder"),
    }


def file_of(world: World, person_id: int, unique_id: str) -> Stored:
    """A file somebody was sent; nobody else can fetch it by its name."""
    for message in reversed(world.chat_of(person_id).messages.values()):
        if message.stored and message.stored.unique_id == unique_id:
            return message.stored
    raise LookupError(f"{person_id} was sent no file {unique_id}")


def chat_text(world: World, person_id: int) -> str:
    """The chat as a transcript, its keyboard and its lock screen at the end."""
    chat = world.chat_of(person_id)
    name = world.people[person_id].name
    lines: list[str] = []
    for message in chat.messages.values():
        lines += _spoken("Bot" if message.from_bot else name, message)
        lines += [_row([button["text"] for button in row]) for row in message.inline_rows]
    if chat.keyboard:
        lines.append("Keyboard:")
        lines += [_row([key["text"] for key in row]) for row in chat.keyboard.rows]
    lines += [f"Lock screen: {' '.join(text.split())}" for _, text in chat.pushes]
    return "\n".join(lines) + "\n" if lines else ""


def _spoken(who: str, message: Message) -> list[str]:
    first, *others = message.text.split("\n")
    lines = [f"{who}: {first}".rstrip(), *(f"    {line}".rstrip() for line in others)]
    if message.stored:
        lines.append("  <photo>" if message.stored.is_photo else f"  <{message.stored.file.name}>")
    return lines


def _row(labels: list[object]) -> str:
    return "  " + " ".join(f"[{label}]" for label in labels)
