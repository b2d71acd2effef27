"""The commands of this plugin. Imported once one of them is called."""

from __future__ import annotations

import os
import shlex
import sys
from typing import Annotated

import typer

from sweepbridge_wandb.serving import serve
from sweepbridge_wandb.variables import KEY, for_client

HOST = "127.0.0.1"
PORT = 8080
KEY_VARIABLE = "SWEEPBRIDGE_WANDB_KEY"
"""The key that a server on any other address than this machine's own demands."""

server = typer.Typer(add_completion=False, rich_markup_mode=None)
environment = typer.Typer(add_completion=False, rich_markup_mode=None)

HostOption = Annotated[str, typer.Option("--host", help="The address to serve on; any but this machine's needs a key.")]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")]
StoreOption = Annotated[str | None, typer.Option("--store", help="Folder or URL of the store.")]
UrlOption = Annotated[str, typer.Option("--url", help="Where the server is.")]


@server.command()
def wandb_server(host: HostOption = HOST, port: PortOption = PORT, store: StoreOption = None) -> None:
    """Serve the official wandb sweep and wandb agent."""
    serve(host, port, store=store, key=os.environ.get(KEY_VARIABLE) or None)


@environment.command()
def wandb_env(url: UrlOption = f"http://{HOST}:{PORT}") -> None:
    """Print the variables that lead W&B's client to a server here."""
    made = for_client(url.rstrip("/"), os.environ.get(KEY_VARIABLE) or KEY)
    # An agent of ours that is started in the same terminal takes none of it for the user's own word.
    for name, value in {**made, "SWEEPBRIDGE_ADDED": ",".join(made)}.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
