"""The addresses under which a run's files are sent and fetched.

The client sends a file to whatever address it was given, without its key. So the address itself says that it was given
out by this server: it carries a signature, where the server has a key.
"""

from __future__ import annotations

import hashlib
import hmac
from contextvars import ContextVar
from urllib.parse import quote

from sweepbridge_wandb.refusals import Refused

base_url: ContextVar[str] = ContextVar("base_url")
"""Where the client has found the server, in the request that is being answered."""

secret: ContextVar[bytes] = ContextVar("secret")
"""What signatures are made with in it."""


def file_url(run: str, name: str) -> str:
    """The address of one file of a run."""
    place = f"{quote(run, safe='')}/{quote(name)}"
    return f"{base_url.get()}/storage/{_signature(run, name)}/{place}"


def check(signature: str, run: str, name: str) -> None:
    """Refused unless this server has given this address out."""
    if not hmac.compare_digest(signature.encode(), _signature(run, name).encode()):
        raise Refused("this address was not given out by this server", 403)


def _signature(run: str, name: str) -> str:
    return hmac.new(secret.get(), f"{run}\0{name}".encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:32]
