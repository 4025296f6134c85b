"""The Bot API's front door: token, method, faults, record; one answer for every call."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.emulator import params as known
from bot.emulator import rules
from bot.emulator.api import MessageMethods
from bot.emulator.faults import Dropped, Fault, Faults, Flood, Patience
from bot.emulator.params import BadJson, Params
from bot.emulator.profile import ProfileMethods
from bot.emulator.record import Record
from bot.emulator.rules import Rejected
from bot.emulator.state import File, World
from bot.emulator.updates import UpdateQueue
from bot.emulator.webhook import Webhook, read_allowed

TOKEN_PREFIX = "1:DEMO"  # noqa: S105 - the shape of every token that is let in
KEPT_VIOLATIONS = 20_000
JSON_HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: JSON_HEADERS)

    def json(self) -> object:
        value: object = json.loads(self.body)
        return value


Violation = dict[str, object]
Method = Callable[[Params], object]


class Gateway:
    """Every call of the bot comes through `call`."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        queue: UpdateQueue,
        webhook: Webhook,
        messages: MessageMethods,
        profile: ProfileMethods,
        *,
        limits: bool,
    ) -> None:
        self._world = world
        self._clock = clock
        self._queue = queue
        self._webhook = webhook
        self.faults = Faults()
        self._flood = Flood() if limits else None
        self.patience = Patience()
        self.record = Record()
        self.violations: list[Violation] = []
        own: dict[str, Method] = {
            "getupdates": self._get_updates,
            "setwebhook": lambda params: webhook.set(params),
            "deletewebhook": lambda params: webhook.delete(params),
            "getwebhookinfo": lambda params: webhook.info(),
        }
        self._methods = {
            name: own.get(name) or _find(known.PROPER[name], messages, profile)
            for name in known.KNOWN
        }

    async def call(
        self, token: str, method: str, params: Mapping[str, object], files: Mapping[str, File]
    ) -> Answer:
        refused = self._stranger(token)
        if refused is not None:
            return refused
        params = {name: value for name, value in params.items() if value is not None}
        name = known.PROPER.get(method.lower(), method)
        kept = self.record.add(self._clock.now(), name, params, files)
        fault = self.faults.take(name, _searchable(params, files)) if self.faults.ahead else None
        try:
            if fault is None:
                answer = await self._perform(name, params, files)
            else:
                answer = await self._suffer(fault, name, params, files)
        except Dropped as cut:
            kept.answer = {"dropped": True, "performed": cut.performed}
            raise
        except asyncio.CancelledError:
            kept.answer = {"cancelled": True}
            raise
        kept.status, kept.answer = answer.status, answer.body
        return answer

    def _stranger(self, token: str) -> Answer | None:
        """401 for whoever is not the demo's bot. Such a call leaves no trace: a real token
        that came here by mistake must not lie in a record."""
        number, colon, _ = token.partition(":")
        shaped = colon and len(token) <= 80 and number.isdecimal() and not number.startswith("0")
        if not shaped or int(number) >= 2**52:
            return refusal(Rejected(401, "Unauthorized: invalid token specified"))
        if not token.startswith(TOKEN_PREFIX) or token != self._world.token:
            return refusal(Rejected(401, "Unauthorized"))
        return None

    # -- with a fault ----------------------------------------------------------------

    async def _suffer(
        self, fault: Fault, name: str, params: Mapping[str, object], files: Mapping[str, File]
    ) -> Answer:
        performed: Answer | None = None
        if fault.after_delivery:
            performed = await self._perform(name, params, files)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop:
            raise Dropped(performed=performed is not None)
        if fault.refuses:
            return self._fault_answer(fault, name, params)
        return performed or await self._perform(name, params, files)

    def _fault_answer(self, fault: Fault, name: str, params: Mapping[str, object]) -> Answer:
        if fault.body is not None:
            return Answer(fault.status, fault.body.encode(), {"Content-Type": "text/html"})
        if fault.status == 429 and fault.wait is not None:
            self.patience.told(self._whom(name, params), fault.wait, self._clock.now())
        parameters = {} if fault.wait is None else {"retry_after": fault.wait}
        return refusal(Rejected(fault.status, fault.words(), parameters))

    def _whom(self, name: str, params: Mapping[str, object]) -> str:
        """Whom a flood answer is about: the chat, or the method where there is none."""
        if "chat_id" in params:
            return str(params["chat_id"])
        # An answer to a press is no message: being told to wait in a chat does not concern it.
        return str(params.get("callback_query_id", name))

    # -- without ---------------------------------------------------------------------

    async def _perform(
        self, name: str, values: Mapping[str, object], files: Mapping[str, File]
    ) -> Answer:
        chat_id = values.get("chat_id")
        whom, now = self._whom(name, values), self._clock.now()
        if self.patience.broken(whom, now):
            said = str(values.get("text", ""))
            self._violation(name, chat_id, "called before retry_after was over", said)
        try:
            return await self._run(name, values, files, whom)
        except BadJson as error:
            rejected = Rejected(400, str(error))
        except Rejected as error:
            rejected = error
        if rejected.code == 429:
            self.patience.told(whom, rejected.parameters.get("retry_after", 1), now)
        if rules.is_its_fault(rejected.code, rejected.description):
            self._violation(name, chat_id, rejected.description)
        return refusal(rejected)

    async def _run(
        self, name: str, values: Mapping[str, object], files: Mapping[str, File], whom: str
    ) -> Answer:
        method = self._methods.get(name.lower())
        if method is None:
            raise Rejected(404, "Not Found: method not found")
        chat_id = values.get("chat_id")
        params = Params(name, values, files, lambda what: self._violation(name, chat_id, what))
        if not all(_is_utf8(value) for value in params.texts()):
            raise rules.bad("strings must be encoded in UTF-8")
        if self._flood and name.startswith(("send", "edit")) and _is_id(whom):
            wait = self._flood.wait(int(whom), self._clock.now())
            if wait is not None:
                raise rules.too_many(wait)
        result = method(params)
        if inspect.isawaitable(result):
            result = await result
        return accepted(result)

    def _violation(self, method: str, chat_id: object, what: str, said: str = "") -> None:
        if len(self.violations) < KEPT_VIOLATIONS:
            when = self._clock.now().isoformat()
            self.violations.append(
                {"when": when, "method": method, "chat_id": chat_id, "what": what}
                | ({"said": said} if said else {})
            )

    def _get_updates(self, params: Params) -> Awaitable[object]:
        if self._webhook.url:
            raise Rejected(409, rules.WEBHOOK_ACTIVE)
        read_allowed(params, self._queue)
        limit = min(max(params.integer("limit", 100), 1), 100)
        timeout = min(max(params.integer("timeout"), 0), 50)
        return self._queue.poll(params.integer("offset"), limit, timeout)


def accepted(result: object) -> Answer:
    body: dict[str, object] = {"ok": True, "result": result}
    if isinstance(result, tuple):  # the webhook methods have a word to say
        body = {"ok": True, "result": result[0], "description": result[1]}
    return Answer(200, json.dumps(body, ensure_ascii=False).encode(errors="replace"))


def refusal(rejected: Rejected) -> Answer:
    body: dict[str, object] = {
        "ok": False,
        "error_code": rejected.code,
        "description": rejected.description,
    }
    headers = dict(JSON_HEADERS)
    if rejected.parameters:
        body["parameters"] = rejected.parameters
        if "retry_after" in rejected.parameters:
            headers["Retry-After"] = str(rejected.parameters["retry_after"])
    return Answer(rejected.code, json.dumps(body, ensure_ascii=False).encode(), headers)


def _find(name: str, *homes: object) -> Method:
    """sendMessage is `send_message` of one of the homes."""
    attribute = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    for home in homes:
        method: Method | None = getattr(home, attribute, None)
        if method is not None:
            return method
    raise NotImplementedError(name)


def _searchable(params: Mapping[str, object], files: Mapping[str, File]) -> str:
    """The call in plain letters, so that a fault finds `å` however the bot escaped it."""
    lines = []
    for name, value in params.items():
        plain = known.unfold(value)
        text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
        lines.append(f"{name}={text}")
    return "\n".join(lines + [file.name for file in files.values()])


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_id(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal()
