"""The outermost layer of the service: who may enter, with what, and how every refusal leaves.

It sees requests before BentoML does, so that nothing inside can be reached without a key, a strange
path grows no metric, and no answer escapes the one error shape.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace

from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.access import ApiKeys
from serving.errors import (
    BY_STATUS,
    EXCHANGE,
    Exchange,
    Refusal,
    RefusedError,
    refusal_for_status,
)
from serving.faults import refusal_for_body
from serving.language import preferred_language

OPEN_PATHS = ("/livez", "/readyz")
READ_PATHS = ("/metrics", "/docs.json", "/schema.json")
MAX_BODY_BYTES = 1_048_576
BODY_SECONDS = 30.0
HEADERS = {
    401: {"www-authenticate": "Bearer"},
    429: {"retry-after": "1"},
    503: {"retry-after": "5"},
}
"""Headers that a status asks for."""

log = logging.getLogger("huyula.access")


class Gate:
    """ASGI layer around the whole service.

    Parameters
    ----------
    app : ASGIApp
        What BentoML made.
    keys : ApiKeys
        Who may call.
    questions : mapping of str to type
        The paths that take a JSON body by POST, and the message each takes.
    """

    def __init__(
        self, app: ASGIApp, keys: ApiKeys, questions: Mapping[str, type[BaseModel]]
    ) -> None:
        self.app = app
        self.keys = keys
        self.questions = questions
        self.methods = dict.fromkeys((*OPEN_PATHS, *READ_PATHS), ("GET", "HEAD"))
        self.methods |= dict.fromkeys(questions, ("POST",))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        headers = Headers(scope=scope)
        exchange = Exchange(secrets.token_hex(8), preferred_language(headers))
        EXCHANGE.set(exchange)
        reply = Reply(send, exchange)
        try:
            inner_receive = await self._admit(scope, headers, receive)
            await self.app(scope, inner_receive, reply.send)
            if not reply.status:
                # BentoML's time-out sends nothing when the work failed just as it ended
                await reply.refuse(BY_STATUS[504])
        except RefusedError as error:
            await reply.refuse(error.refusal, error.headers)
        except Exception:  # a stack trace belongs in the log, and a caller must not be left waiting
            log.exception("request %s failed", exchange.request_id)
            await reply.refuse(BY_STATUS[500])
        if scope["path"] not in OPEN_PATHS:
            # an unknown path is not written down: it may hold anything
            path = scope["path"] if scope["path"] in self.methods else "-"
            milliseconds = (time.perf_counter() - started) * 1000
            log.info("%s %s %s %.1fms", exchange.request_id, path, reply.status, milliseconds)

    async def _admit(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        path, method = scope["path"], scope["method"]
        if path not in OPEN_PATHS and not self.keys.accept(headers.get("authorization", "")):
            raise RefusedError(BY_STATUS[401])
        if path not in self.methods:
            raise RefusedError(BY_STATUS[404])
        if method not in self.methods[path]:
            raise RefusedError(BY_STATUS[405], {"allow": ", ".join(self.methods[path])})
        if path not in self.questions:
            return receive
        if scope["query_string"]:
            raise RefusedError(NO_QUERY)
        check_content_type(headers)
        body = await read_body(headers, receive)
        try:
            self.questions[path].model_validate_json(body)
        except ValidationError as error:
            raise RefusedError(refusal_for_body(error)) from error
        return replay(body, receive)


NO_QUERY = Refusal(
    422, "invalid_request", "everything belongs in the JSON body: addresses end up in logs",
    "query", "must be empty",
)  # fmt: skip


class Reply:
    """Sends the answer, and puts every error into the one shape on its way out."""

    def __init__(self, send: Send, exchange: Exchange) -> None:
        self._send = send
        self._exchange = exchange
        self._refused = False
        self.status = 0

    async def send(self, message: Message) -> None:
        """Pass on one message from inside; replace the body of an error."""
        if message["type"] == "http.response.start":
            if message["status"] >= 400:
                refusal = self._exchange.refusal or refusal_for_status(message["status"])
                await self.refuse(refusal)
                return
            self.status = message["status"]
            headers = MutableHeaders(raw=list(message["headers"]))
            self._finish(headers)
            message = {**message, "headers": headers.raw}
        if not self._refused:
            await self._send(message)

    async def refuse(self, refusal: Refusal, more: Mapping[str, str] | None = None) -> None:
        """Send a refusal, unless an answer has already begun."""
        if self.status:
            return
        self.status, self._refused = refusal.status, True
        body = refusal.to_json(self._exchange.request_id)
        headers = MutableHeaders(
            {"content-type": "application/json", "content-length": str(len(body))}
            | HEADERS.get(refusal.status, {})
            | dict(more or {})
        )
        self._finish(headers)
        await self._send(
            {"type": "http.response.start", "status": refusal.status, "headers": headers.raw}
        )
        await self._send({"type": "http.response.body", "body": body})

    def _finish(self, headers: MutableHeaders) -> None:
        del headers["server"]
        headers["x-request-id"] = self._exchange.request_id
        headers["cache-control"] = "no-store"
        headers["x-content-type-options"] = "nosniff"


def check_content_type(headers: Headers) -> None:
    """Raise unless the body is declared to be JSON in UTF-8, and not compressed."""
    kind, *parameters = headers.get("content-type", "").lower().split(";")
    charsets = [text.strip().replace('"', "") for text in parameters if "charset" in text]
    if kind.strip() != "application/json" or any(text != "charset=utf-8" for text in charsets):
        raise RefusedError(BY_STATUS[415])
    if headers.get("content-encoding", "identity") != "identity":
        raise RefusedError(replace(BY_STATUS[415], message="the body must not be compressed"))


async def read_body(headers: Headers, receive: Receive) -> bytes:
    """Return the whole body; raise if it is too large or too slow."""
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > MAX_BODY_BYTES:
        raise RefusedError(TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MAX_BODY_BYTES:
                    raise RefusedError(TOO_LARGE)
    except TimeoutError as error:
        raise RefusedError(BY_STATUS[408]) from error
    return bytes(body)


TOO_LARGE = replace(BY_STATUS[413], field="body", rule=f"must be at most {MAX_BODY_BYTES} bytes")


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out a body already read, and then what really follows."""
    rest = [body]

    async def receive_again() -> Message:
        if rest:
            return {"type": "http.request", "body": rest.pop(), "more_body": False}
        return await receive()

    return receive_again
