"""How calls reach Telegram, and what is known when one fails: not sent, or perhaps sent.

python-telegram-bot's exceptions do not tell the two apart (a connect time-out and a read time-out
are both TimedOut). These do, because a message that may have arrived is not sent again blindly.
"""

from __future__ import annotations

import asyncio
import json
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, Protocol, cast

import aiohttp
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

CONNECT, READ = 5.0, 5.0
JSON = dict[str, Any]


class NotSent(NetworkError):
    """It never reached Telegram, or Telegram turned it away unread. Safe to try again."""


class Ambiguous(NetworkError):
    """Nobody can know whether it was carried out."""


class TooMany(NotSent):
    """Telegram asks us to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class File(NamedTuple):
    """What python-telegram-bot puts into a multipart field."""

    name: str
    data: bytes
    mime_type: str


class Plain:
    """Parameters of a raw call, in the shape `BaseRequest.post` reads."""

    contains_files = False
    multipart_data: Mapping[str, Any] = {}

    def __init__(self, params: Mapping[str, object]) -> None:
        self.json_parameters = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }


class Request(BaseRequest):
    """Tells failures apart; subclasses carry the bytes."""

    answers = 0
    """How often anybody answered, whatever it was."""

    @property
    def read_timeout(self) -> float | None:
        return READ

    async def call(
        self, url: str, params: Mapping[str, object], *, read_timeout: float = READ
    ) -> Any:
        """A method's result as plain JSON, for what must not be parsed all at once."""
        data = cast(RequestData, Plain(params))
        return await self.post(url, data, read_timeout=read_timeout)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        connect = _given(connect_timeout, CONNECT)
        read = _given(read_timeout, READ)
        status, body = await self._exchange(url, request_data, connect, read)
        self.answers += 1
        _judge(status, body)
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSON:
        """As the parent does, but without writing the payload into the log."""
        try:
            value = json.loads(payload)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise Ambiguous("not an answer of the Bot API")
        return value

    @abstractmethod
    async def _exchange(
        self, url: str, data: RequestData | None, connect: float, read: float
    ) -> tuple[int, bytes]:
        """Raises NotSent or Ambiguous, nothing else."""


def _given(timeout: Any, default: float) -> float:
    return default if timeout is BaseRequest.DEFAULT_NONE or timeout is None else float(timeout)


def _judge(status: int, body: bytes) -> None:
    """Raise for what python-telegram-bot would misread; let the rest through to it."""
    if status >= 500:
        raise Ambiguous(f"HTTP {status}")
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if 200 <= status < 300:
        if not isinstance(answer, dict) or "result" not in answer:
            raise Ambiguous("an unreadable success")
    elif not isinstance(answer, dict) or answer.get("ok") is not False:
        # Some proxy's page; a 403 of that kind says nothing about the person.
        raise NotSent(f"HTTP {status}, not from the Bot API")
    elif status == 429:
        parameters = answer.get("parameters") or {}
        raise TooMany(float(parameters.get("retry_after") or 1))


class HttpRequest(Request):
    """Over kept connections."""

    def __init__(self, connections: int = 64, *, proxies: bool = True) -> None:
        self._connections = connections
        self._proxies = proxies
        self._session: aiohttp.ClientSession | None = None
        self.date = ""  # what the last answer said of the time

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(
                connector=connector, headers={"User-Agent": "losbot"}, trust_env=self._proxies
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _exchange(
        self, url: str, data: RequestData | None, connect: float, read: float
    ) -> tuple[int, bytes]:
        await self.initialize()
        assert self._session is not None  # noqa: S101 - initialize made it
        timeout = aiohttp.ClientTimeout(
            total=2 * connect + read, connect=connect, sock_connect=connect, sock_read=read
        )
        try:
            async with self._session.post(
                url, data=_body(data), timeout=timeout, allow_redirects=False
            ) as response:
                self.date = response.headers.get("Date", "")
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.InvalidURL, aiohttp.InvalidUrlClientError):
            raise NotSent("the address of the Bot API is not one") from None
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            raise Ambiguous(type(error).__name__) from None


def _body(data: RequestData | None) -> aiohttp.FormData | Mapping[str, str]:
    if data is None:
        return {}
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, file in _files(data).items():
        form.add_field(name, file.data, filename=file.name, content_type=file.mime_type)
    return form


def _files(data: RequestData) -> dict[str, File]:
    return {
        name: File(str(file[0]), cast(bytes, file[1]), str(file[2]))
        for name, file in data.multipart_data.items()
    }


class Answer(Protocol):
    """What a call in process comes back with."""

    @property
    def status(self) -> int: ...

    @property
    def body(self) -> bytes: ...


Call = Callable[[str, str, Mapping[str, object], Mapping[str, Any]], Awaitable[Answer]]


class DirectRequest(Request):
    """The same calls without a socket: straight into a pretend Telegram's `call`.

    Whatever that raises is a cut connection.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def _exchange(
        self, url: str, data: RequestData | None, connect: float, read: float
    ) -> tuple[int, bytes]:
        token, _slash, method = url.rpartition("/bot")[2].partition("/")
        params = {} if data is None else data.json_parameters
        files = {} if data is None or not data.contains_files else _files(data)
        try:
            async with asyncio.timeout(read):
                answer = await self._call(token, method, params, files)
        except Exception as error:
            raise Ambiguous(type(error).__name__) from None
        return answer.status, answer.body
