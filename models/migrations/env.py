"""Alembic's entry: runs inside the connection that bot.store_schema gives it."""

from typing import Literal

from alembic import context

from models.base import Base, UtcDateTime


def plain_types(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """A revision stands for itself: it imports nothing of ours that may change after it."""
    return "sa.DateTime(timezone=True)" if isinstance(thing, UtcDateTime) else False


connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("run: losbot migrate")
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=plain_types,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
