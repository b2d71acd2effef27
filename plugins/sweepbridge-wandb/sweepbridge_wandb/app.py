"""The server: four routes over a house of runs, with bounds on everything that comes in.

What is wrong with a request is said with a 4xx, so that the client does not try again. What may pass, such as a store
that is away, is a 5xx, because the client keeps what it has and sends it again then. A run that nobody knows is a 5xx
too: after a 404 the client drops everything that the run still sends.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sweepbridge import StoreError
from sweepbridge_wandb import links
from sweepbridge_wandb.answers import roots
from sweepbridge_wandb.folders import Posted, receiving
from sweepbridge_wandb.queries import Roots, answer
from sweepbridge_wandb.refusals import Given, Refused, TryLater, json_of, object_of
from sweepbridge_wandb.views import House

MOST_BODY = 64 * 1024 * 1024
"""The largest JSON body, as it was sent and as it is unpacked. The client's largest has 10 MiB."""

MOST_FILE = 16 * 1024**3
"""The largest file of a run."""

MOST_NAME = 128
"""Of the name of a process that writes into a run with others, so many characters count."""

BEAT_S = 15
"""How often older clients are to say that a quiet run is alive."""

KEEP_ALIVE_S = 75
"""How long a connection may be idle. Agents ask every 5 seconds, so at 5 it would end as they ask."""

log = logging.getLogger("sweepbridge.wandb")

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def make_app(
    house: House,
    *,
    key: str | None = None,
    say: Callable[[str], None] = log.info,
    lifespan: Lifespan | None = None,
    hosts: frozenset[str] | None = None,
) -> Starlette:
    """The server over a house. With a `key`, nobody is let in without it; `hosts` are the names it may be called by."""
    handler = _Handler(house, roots(house, say))
    routes = [
        Route("/graphql", handler.graphql, methods=["POST"]),
        Route("/files/{entity}/{project}/{run}/file_stream", handler.file_stream, methods=["POST"]),
        Route("/storage/{signature}/{run}/{name:path}", handler.receive, methods=["PUT"]),
        Route("/storage/{signature}/{run}/{name:path}", handler.give, methods=["GET"]),
        Route("/healthz", _healthy, methods=["GET"]),
    ]
    door = Middleware(_Door, key=key, hosts=hosts)
    errors: dict[Any, Any] = {
        Refused: _refused,
        TryLater: _later,
        StoreError: _later,
        ClientDisconnect: _gone,
        404: _unknown,
        405: _unknown,
        Exception: _broken,
    }
    return Starlette(routes=routes, middleware=[door], exception_handlers=errors, lifespan=lifespan)


class _Handler:
    """What each route does. All that touches a disk or a store is done in a thread of its own."""

    def __init__(self, house: House, known: Roots) -> None:
        self._house = house
        self._roots = known

    async def graphql(self, request: Request) -> Response:
        given = object_of(json_of(await _body(request), "the body"), "the body")
        asked = Given(given)
        variables = object_of(given.get("variables") or {}, "variables")
        query, operation = asked.the_text("query"), asked.text("operationName")
        data = await run_in_threadpool(answer, self._roots, query, variables, operation)
        return JSONResponse({"data": data})

    async def file_stream(self, request: Request) -> Response:
        body = await _body(request)
        writer = request.headers.get("x-wandb-async-client-id", "")[:MOST_NAME] or None
        posted = Posted.of(json_of(body or b"{}", "the body"), writer)
        is_to_stop = await run_in_threadpool(self._house.runs.take, request.path_params["run"], posted)
        return JSONResponse({"stopped": is_to_stop, "limits": {"heartbeat_seconds": BEAT_S}})

    async def receive(self, request: Request) -> Response:
        signature, run, name = (request.path_params[one] for one in ("signature", "run", "name"))
        links.check(signature, run, name)
        place = (await run_in_threadpool(self._house.runs.folder, run)).file(name)
        size = 0
        with receiving(place) as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > MOST_FILE:
                    raise Refused(f"a file of more than {MOST_FILE} bytes", 413)
                file.write(chunk)
        return Response()

    async def give(self, request: Request) -> Response:
        signature, run, name = (request.path_params[one] for one in ("signature", "run", "name"))
        links.check(signature, run, name)
        place = (await run_in_threadpool(self._house.runs.folder, run)).file(name)
        return FileResponse(place) if place.is_file() else _error("no such file", 404)


class _Door:
    """Lets in who has the key, and nobody whom a web page has sent."""

    def __init__(self, app: ASGIApp, key: str | None, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._key = key
        self._hosts = hosts
        self._secret = (key or "").encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if why := self._turned_away(request):
            await _error(*why)(scope, receive, send)
            return
        links.base_url.set(str(request.base_url).rstrip("/"))
        links.secret.set(self._secret)
        await self._app(scope, receive, send)

    def _turned_away(self, request: Request) -> tuple[str, int] | None:
        # A browser says from which page a request comes; W&B's client never does. And a name that someone has made to
        # lead here is not one of ours.
        if "origin" in request.headers or (self._hosts is not None and request.url.hostname not in self._hosts):
            return "this is no server for web pages", 403
        is_open = request.url.path.startswith(("/storage/", "/healthz"))  # a signature, or nothing, is asked for there
        if self._key is not None and not is_open and not _has_key(request, self._key):
            return "the API key is missing or wrong: give the client the key that `sweepbridge wandb-env` prints", 401
        return None


def _has_key(request: Request, key: str) -> bool:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode("latin-1").partition(":")[2]
        except binascii.Error:
            given = ""
    return hmac.compare_digest(given.encode(), key.encode())


async def _body(request: Request) -> bytes:
    """The body of a request, unpacked. Refused once it is too large, before all of it has come in."""
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise Refused(f"content-encoding {encoding[:40]} is not supported", 415)
    body = bytearray()
    async for chunk in _unpacked(request.stream()) if encoding == "gzip" else request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise Refused(f"a body of more than {MOST_BODY} bytes", 413)
    return bytes(body)


async def _unpacked(packed: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        async for chunk in packed:
            left = chunk
            while left:
                yield unpacking.decompress(left, 1 << 20)
                left = unpacking.unconsumed_tail
        yield unpacking.flush()
    except zlib.error as error:
        raise Refused(f"the body is no gzip: {error}") from None
    if not unpacking.eof:
        raise Refused("the gzip body was cut short")


def _error(message: str, status: int) -> Response:
    """An answer that every part of the client reads: GraphQL's form."""
    return JSONResponse({"errors": [{"message": message}], "data": None, "error": message}, status)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    log.info("%s %s: refused: %s", request.method, request.url.path, error.why)
    return _error(error.why, error.status)


def _later(request: Request, error: Exception) -> Response:
    log.warning("%s %s: later: %s", request.method, request.url.path, error)
    return _error(str(error), 503)


def _broken(request: Request, error: Exception) -> Response:
    log.error("%s %s: %r", request.method, request.url.path, error, exc_info=error)
    return _error(f"the server failed: {type(error).__name__}", 500)


def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=400)


def _unknown(request: Request, _: Exception) -> Response:
    return _error(f"nothing at {request.method} {request.url.path}"[:200], 404)


async def _healthy(_: Request) -> Response:
    return JSONResponse({"ok": True})
