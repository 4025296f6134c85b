"""A bot as most are written with python-telegram-bot: a ConversationHandler asks, the answers lie
in memory, and PicklePersistence writes them to a file now and then.

    python -m tests.chaos.typical_bot URL FILE
"""

from __future__ import annotations

import sys
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    PicklePersistence,
)

from bot.emulator.cast import DEMO_TOKEN

ASKED = 1
CONSENTED = "consented"
QUESTION, RECEIPT = "Kan losen snakke med skolen?", "Takk, samtykket er registrert."


async def ask(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> int:
    keys = [[InlineKeyboardButton("Ja", callback_data="yes")]]
    assert update.message is not None
    await update.message.reply_text(QUESTION, reply_markup=InlineKeyboardMarkup(keys))
    return ASKED


async def hear(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    assert update.callback_query is not None
    assert context.user_data is not None
    context.user_data[CONSENTED] = True
    await update.callback_query.answer()
    await update.callback_query.edit_message_text(RECEIPT)
    return ConversationHandler.END


def application(url: str, file: str) -> Application[Any, Any, Any, Any, Any, Any]:
    """With the defaults of the library; only the address is ours."""
    conversation = ConversationHandler(
        entry_points=[CommandHandler("start", ask)],
        states={ASKED: [CallbackQueryHandler(hear)]},
        fallbacks=[CommandHandler("start", ask)],
        name="consent",
        persistent=True,
    )
    built = (
        Application.builder()
        .token(DEMO_TOKEN)
        .base_url(f"{url}/bot")
        .persistence(PicklePersistence(file))
        .build()
    )
    built.add_handler(conversation)
    return built


if __name__ == "__main__":
    application(sys.argv[1], sys.argv[2]).run_polling()
