"""The Bot API methods with which a bot describes itself: commands, names, menu button."""

from __future__ import annotations

import re

from bot.emulator.cast import Actor
from bot.emulator.params import Params
from bot.emulator.rules import bad, target_chat
from bot.emulator.state import World

SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)
NEEDS_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})
LONGEST = {"name": 64, "description": 512, "short_description": 120}
MAX_COMMANDS = 100
MENU_BUTTONS = frozenset({"default", "commands", "web_app"})


class ProfileMethods:
    """One Python method per Bot API method, `set_my_commands` for setMyCommands."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._menus: dict[str, object] = {}

    def set_my_commands(self, params: Params) -> object:
        listed = params.json("commands", "can't parse commands JSON object")
        if not isinstance(listed, list):
            raise bad("expected an Array of BotCommand")
        commands = [_command(item) for item in listed]
        if len(commands) > MAX_COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        self._world.commands[self._scope(params), _language(params)] = commands
        return True

    def get_my_commands(self, params: Params) -> object:
        return self._world.commands.get((self._scope(params), _language(params)), [])

    def delete_my_commands(self, params: Params) -> object:
        self._world.commands.pop((self._scope(params), _language(params)), None)
        return True

    def _scope(self, params: Params) -> str:
        value = params.json("scope", "can't parse BotCommandScope JSON object")
        if value is None:
            return "default"
        if not isinstance(value, dict):
            raise bad("can't parse BotCommandScope: expected an Object")
        kind = value.get("type")
        if kind not in SCOPES:
            raise bad("can't parse BotCommandScope: Unsupported type specified")
        if kind not in NEEDS_CHAT:
            return str(kind)
        chat_id = value.get("chat_id")
        if chat_id is None:
            raise bad("can't parse BotCommandScope: Can't find field \"chat_id\"")
        chat = self._world.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None or not chat.met:
            raise bad("chat not found")
        return f"{kind}:{chat_id}"

    def set_my_name(self, params: Params) -> object:
        return self._describe(params, "name")

    def set_my_description(self, params: Params) -> object:
        return self._describe(params, "description")

    def set_my_short_description(self, params: Params) -> object:
        return self._describe(params, "short_description")

    def _describe(self, params: Params, what: str) -> object:
        text = params.text(what)
        if len(text) > LONGEST[what]:
            raise bad(f"bot {what.replace('_', ' ')} is too long")
        language = _language(params)
        if not text and what == "name" and not language:
            raise bad("bot name must be non-empty")
        self._world.names[what][language] = text
        return True

    def get_my_name(self, params: Params) -> object:
        return {"name": self._world.name_in("name", _language(params))}

    def get_my_description(self, params: Params) -> object:
        return {"description": self._world.name_in("description", _language(params))}

    def get_my_short_description(self, params: Params) -> object:
        return {"short_description": self._world.name_in("short_description", _language(params))}

    def set_chat_menu_button(self, params: Params) -> object:
        value = params.json("menu_button", "can't parse menu button JSON object")
        if value is not None and not isinstance(value, dict):
            raise bad("can't parse menu button: MenuButton must be an Object")
        if value and value.get("type") not in MENU_BUTTONS:
            raise bad("can't parse menu button: MenuButton has unsupported type")
        self._menus[self._menu_place(params)] = value or {"type": "default"}
        return True

    def get_chat_menu_button(self, params: Params) -> object:
        place = self._menu_place(params)
        return self._menus.get(place) or self._menus.get("", {"type": "commands"})

    def _menu_place(self, params: Params) -> str:
        return str(target_chat(self._world, params).id) if params.text("chat_id") else ""


def _command(item: object) -> dict[str, str]:
    if not isinstance(item, dict):
        raise bad("can't parse BotCommand: expected an Object")
    for field in ("command", "description"):
        if field not in item:
            raise bad(f"can't parse BotCommand: Can't find field \"{field}\"")
        if not isinstance(item[field], str):
            raise bad(f'can\'t parse BotCommand: Field "{field}" must be of type String')
    command = item["command"].removeprefix("/")
    description = item["description"].strip()
    if not command:
        raise bad("command must be non-empty")
    if len(command) > 32:
        raise bad("command length must not exceed 32")
    if not description:
        raise bad("command description must be non-empty")
    if len(description) > 256:
        raise bad("command description length must not exceed 256")
    if not re.fullmatch(r"[a-z0-9_]+", command):
        raise bad("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("invalid language code specified")
    return language


def commands_for(world: World, actor: Actor) -> list[dict[str, str]]:
    """The menu a person sees: the narrowest scope wins, in it the own language."""
    language = actor.language_code[:2].lower()
    for scope in (f"chat:{actor.id}", "all_private_chats", "default"):
        for code in (language, ""):
            if world.commands.get((scope, code)):
                return world.commands[scope, code]
    return []
