"""Serves the standing house: checks where, takes up what was going on, and looks for the lost every second."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.concurrency import run_in_threadpool

import sweepbridge
from sweepbridge_wandb.app import KEEP_ALIVE_S, log, make_app
from sweepbridge_wandb.standing import Standing
from sweepbridge_wandb.views import House

REAP_EVERY_S = 1.0


def serve(host: str, port: int, *, store: str | None, key: str | None) -> None:
    """Serve until a signal ends it. UsageError if it can't be served there, before a store is made."""
    is_home = _is_home(host)
    _refuse_unsafe(host, key, is_home=is_home)
    with _listening(host, port) as listening:
        house = Standing(sweepbridge.store_at(store), _say)
        names = frozenset({"127.0.0.1", "localhost", "::1", host}) if is_home else None
        app = make_app(House(house, house), key=key, say=_say, lifespan=lambda _: _looked_after(house), hosts=names)
        place = listening.getsockname()
        _say(f"serving W&B's client at http://{_shown(host)}:{place[1]}")
        _say(f'in the terminal of the client: eval "$(sweepbridge wandb-env --url http://{_shown(host)}:{place[1]})"')
        config = uvicorn.Config(
            app,
            log_level="warning",
            ws="none",
            access_log=False,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        uvicorn.Server(config).run(sockets=[listening])


@contextlib.asynccontextmanager
async def _looked_after(house: Standing) -> AsyncIterator[None]:
    await run_in_threadpool(house.take_up)
    reaper = asyncio.create_task(_reap(house))
    try:
        yield
    finally:
        reaper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reaper


async def _reap(house: Standing) -> None:
    while True:
        await asyncio.sleep(REAP_EVERY_S)
        try:
            await run_in_threadpool(house.reap)
        except Exception as error:  # a store that is away comes back, and the next look does what this one could not
            log.warning("looking for lost runs: %s", error)


def _is_home(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_unsafe(host: str, key: str | None, *, is_home: bool) -> None:
    if key is not None and not re.fullmatch(r"[A-Za-z0-9_-]{40,}", key):
        raise sweepbridge.UsageError(
            "SWEEPBRIDGE_WANDB_KEY is no key that W&B's client takes",
            found=f"{len(key)} characters",
            expected="at least 40 letters, digits, - and _",
            fix='export SWEEPBRIDGE_WANDB_KEY=$(python -c "import secrets; print(secrets.token_hex(32))")',
        )
    if key is None and not is_home:
        raise sweepbridge.UsageError(
            "a server that other machines reach needs a key",
            found=f"--host {host}, and no SWEEPBRIDGE_WANDB_KEY",
            expected="a key that everyone who may use it knows, and nobody else",
            fix='export SWEEPBRIDGE_WANDB_KEY=$(python -c "import secrets; print(secrets.token_hex(32))")',
        )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise sweepbridge.UsageError(
            f"can't serve at {host}:{port}",
            found=str(error),
            expected="an address of this machine, and a port that nobody else has",
            fix="choose another --port; --port 0 takes a free one",
        ) from error


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
