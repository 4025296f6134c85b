"""Telegram: what an update says, and how what we say gets there.

Only private chats are for talking. What is said is sent as plain text, never with a parse_mode,
so nothing anyone writes can become markup.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    Update,
    User,
)
from telegram.error import TelegramError

from bot.channels import Kind, Said
from bot.channels.hearing import COMMAND, clean
from bot.channels.request import Request
from bot.render import Rendered
from handlers import help_now
from locales import language_of

CHANNEL = "telegram"
BASE_URL = "https://api.telegram.org"
ASKED_FOR = ("message", "edited_message", "callback_query", "my_chat_member")
AT_ONCE = 100
"""So many updates are handed out at a time."""
LONGEST_CAPTION = 1024
LONGEST_TOAST = 200
FAILED_LATELY = timedelta(minutes=5)
"""Telegram tries a webhook again within that, as long as something waits."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def parse(raw: Mapping[str, Any], now: datetime) -> Said:
    """What an update says. Any exception means that it cannot be heard and is parked."""
    update = Update.de_json(dict(raw), None)
    if update.callback_query is not None:
        return _pressed(update, update.callback_query, now)
    if update.my_chat_member is not None:
        return _membership(update, update.my_chat_member)
    message = update.message or update.edited_message
    if message is None:
        return _silent(update, now)
    return _written(update, message)


def _address(user: User) -> int:
    """python-telegram-bot takes for an id whatever it is given."""
    if not isinstance(user.id, int):
        raise TypeError("the id of nobody")
    return user.id


def _said(update: Update, user: User, kind: Kind, at: datetime, **more: Any) -> Said:
    if not isinstance(more.get("message_id", 0), int):
        raise TypeError("the number of no message")
    return Said(
        channel=CHANNEL,
        address=_address(user),
        update_id=update.update_id,
        name=clean(" ".join(filter(None, (user.first_name, user.last_name)))),
        language_code=user.language_code,
        kind=kind,
        at=at,
        **more,
    )


def _silent(update: Update, now: datetime, leave: int | None = None) -> Said:
    user = update.effective_user
    address = _address(user) if user else 0
    return Said(CHANNEL, address, update.update_id, "", None, "silent", now, leave=leave)


def _pressed(update: Update, query: CallbackQuery, now: datetime) -> Said:
    message = query.message
    if message is None or message.chat.type != message.chat.PRIVATE or query.from_user.is_bot:
        return _silent(update, now)
    return _said(
        update,
        query.from_user,
        "button",
        now,
        data=clean(query.data or ""),
        callback_id=query.id,
        message_id=message.message_id,
    )


def _membership(update: Update, change: ChatMemberUpdated) -> Said:
    """Private: the person blocked or unblocked us. Elsewhere: we do not stay."""
    status = change.new_chat_member.status
    if change.chat.type != change.chat.PRIVATE:
        inside = status in ("member", "administrator", "restricted")
        return _silent(update, change.date, leave=change.chat.id if inside else None)
    kind: Kind = "blocked" if status in ("kicked", "left") else "unblocked"
    return _said(update, change.from_user, kind, change.date)


def _written(update: Update, message: Message) -> Said:
    user = message.from_user
    if message.chat.type != message.chat.PRIVATE:
        return _silent(update, message.date, leave=message.chat.id)
    if user is None or user.is_bot:
        return _silent(update, message.date)
    foreign = update.edited_message or message.forward_origin or message.via_bot
    if foreign is not None or message.text is None:
        # Telegram's own notes (something pinned, a timer set) were not said by anyone.
        noteworthy = foreign is not None or message.effective_attachment is not None
        kind: Kind = "other" if noteworthy else "silent"
        edited = "edited" if update.edited_message else ""
        return _said(
            update, user, kind, message.date, typed=edited, message_id=message.message_id,
            aside=clean(message.text or message.caption or ""),
        )  # fmt: skip
    text = clean(message.text)
    command = COMMAND.match(text)
    if command is None:
        return _said(
            update, user, "words", message.date, typed=text, message_id=message.message_id
        )
    return _said(
        update,
        user,
        "command",
        message.date,
        command=command[1].lower(),
        typed=(command[2] or "").strip(),
        message_id=message.message_id,
    )


class Sender:
    """The Bot API methods we use. Failures leave as `request.NotSent`, `request.Ambiguous` or
    python-telegram-bot's own Forbidden and BadRequest."""

    def __init__(
        self, token: str, request: Request, polling: Request, base_url: str = BASE_URL
    ) -> None:
        self._api = f"{base_url.rstrip('/')}/bot"
        self._token = token
        self._polling = polling
        self._request = request
        self._bot = Bot(token, base_url=self._api, request=request, get_updates_request=polling)

    async def start(self) -> None:
        await self._request.initialize()
        await self._polling.initialize()

    async def stop(self) -> None:
        await self._request.shutdown()
        await self._polling.shutdown()

    async def updates(self, offset: int, seconds: int) -> list[Any]:
        """Raw updates from `offset` on; what lies before is forgotten by Telegram."""
        params = {
            "offset": offset,
            "timeout": seconds,
            "limit": AT_ONCE,
            "allowed_updates": ASKED_FOR,
        }
        url = f"{self._api}{self._token}/getUpdates"
        found = await self._polling.call(url, params, read_timeout=seconds + 10)
        return found if isinstance(found, list) else []

    async def renew(self) -> None:
        """New connections for polling: the old ones may be wedged."""
        await self._polling.shutdown()
        await self._polling.initialize()

    @property
    def polls_answered(self) -> int:
        """How often polling was answered, with updates or with anything else."""
        return self._polling.answers

    async def answers(self) -> bool:
        """Whether Telegram answers to anything but polling, over connections of its own."""
        before = self._request.answers
        with contextlib.suppress(TelegramError):
            await self.username()
        return self._request.answers > before

    async def send(self, address: int, what: Rendered) -> int:
        """A new message. Returns its id."""
        markup = _markup(what)
        if what.document is not None:
            file = InputFile(what.document.data, filename=what.document.name)
            caption = what.text[:LONGEST_CAPTION]
            if what.document.mime.startswith("image/"):
                sent = await self._bot.send_photo(
                    address, file, caption=caption, reply_markup=markup
                )
            else:
                sent = await self._bot.send_document(
                    address, file, caption=caption, reply_markup=markup
                )
        else:
            sent = await self._bot.send_message(
                address,
                what.text,
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
                disable_notification=what.silent,
            )
        return sent.message_id

    async def edit(self, address: int, message_id: int, what: Rendered) -> None:
        await self._bot.edit_message_text(
            what.text,
            chat_id=address,
            message_id=message_id,
            reply_markup=_inline(what),
            link_preview_options=_NO_PREVIEW,
        )

    async def strip(self, address: int, message_id: int) -> None:
        await self._bot.edit_message_reply_markup(chat_id=address, message_id=message_id)

    async def delete(self, address: int, message_id: int) -> None:
        await self._bot.delete_message(address, message_id)

    async def answer(self, callback_id: str, words: str = "") -> None:
        await self._bot.answer_callback_query(callback_id, words[:LONGEST_TOAST] or None)

    async def leave(self, chat: int) -> None:
        await self._bot.leave_chat(chat)

    async def help(
        self, said: Said, now: datetime, *, unasked: bool = False, language: str | None = None
    ) -> int:
        """The fixed card, straight out; in the phone's own language where no other is known.
        Returns the message's id."""
        spoken = language or language_of(said.language_code)
        words = help_now.card(spoken, now.date(), unasked=unasked)
        sent = await self._bot.send_message(
            said.address, words, link_preview_options=_NO_PREVIEW, disable_notification=False
        )
        return sent.message_id

    async def username(self) -> str:
        return (await self._bot.get_me()).username or ""

    async def poll_from_now_on(self) -> None:
        await self._bot.delete_webhook()

    async def hook(self, url: str, secret: str) -> None:
        await self._bot.set_webhook(url, secret_token=secret, allowed_updates=list(ASKED_FOR))

    async def gets_through(self, url: str, now: datetime) -> bool:
        """Whether Telegram posts what comes in to `url`, and it is taken there."""
        told = await self._bot.get_webhook_info()
        there, asked = urlsplit(told.url), urlsplit(url)
        if (there.hostname, there.path) != (asked.hostname, asked.path):
            return False
        failed = told.last_error_date
        return not (told.pending_update_count and failed and now - failed < FAILED_LATELY)

    async def announce(
        self,
        commands: Mapping[str, Iterable[tuple[str, str]]],
        profiles: Mapping[str, tuple[str, str, str]],
    ) -> None:
        """Commands and (name, description, short description) by language; the empty language is
        for everyone else."""
        for language, listed in commands.items():
            await self._bot.set_my_commands(
                [BotCommand(name, words) for name, words in listed],
                scope=BotCommandScopeAllPrivateChats(),
                language_code=language or None,
            )
        for language, (name, long, short) in profiles.items():
            await self._bot.set_my_name(name, language_code=language or None)
            await self._bot.set_my_description(long, language_code=language or None)
            await self._bot.set_my_short_description(short, language_code=language or None)


def _inline(what: Rendered) -> InlineKeyboardMarkup | None:
    if not what.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(key.label, url=key.url)
                if key.url
                else InlineKeyboardButton(key.label, callback_data=key.data)
                for key in row
            ]
            for row in what.rows
        ]
    )


def _markup(what: Rendered) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    """Telegram takes one keyboard to a message; the one under it wins over the one that stays."""
    if what.rows or not what.menu:
        return _inline(what)
    return ReplyKeyboardMarkup(what.menu, resize_keyboard=True, is_persistent=True)
