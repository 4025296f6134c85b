"""aiogram as its documentation begins. It stores nothing.

python aiogram_plain.py API
"""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message

TOKEN = "123456:AAbench-token-of-nobody-000000000000"
THANKS = "Takk. Du har sagt ja til at klubben kan vite om møtene."

dispatcher = Dispatcher()


@dispatcher.callback_query(F.data.regexp(r"^consent:yes:\d+$"))
async def pressed(query: CallbackQuery) -> None:
    assert isinstance(query.message, Message)
    await query.answer()
    await query.message.edit_text(THANKS)


async def main() -> None:
    api = TelegramAPIServer.from_base(sys.argv[1])
    await dispatcher.start_polling(Bot(TOKEN, session=AiohttpSession(api=api)))


asyncio.run(main())
