"""The default python-telegram-bot set-up. It stores nothing.

python ptb_default.py API
"""

from __future__ import annotations

import sys

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes

TOKEN = "123456:AAbench-token-of-nobody-000000000000"
THANKS = "Takk. Du har sagt ja til at klubben kan vite om møtene."


async def pressed(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer()
    await query.edit_message_text(THANKS)


def main() -> None:
    bot = Application.builder().token(TOKEN).base_url(f"{sys.argv[1]}/bot").build()
    bot.add_handler(CallbackQueryHandler(pressed, pattern=r"^consent:yes:\d+$"))
    bot.run_polling()


main()
