"""The commands of this plugin, made only when one is called."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Annotated

from sweepbridge_wandb.variables import KEY, for_client

if TYPE_CHECKING:
    import typer

HOST = "127.0.0.1"
PORT = 8080
KEY_VARIABLE = "SWEEPBRIDGE_WANDB_KEY"
"""The key that a server on any other address than this machine's own demands."""


def server_app() -> typer.Typer:
    """`sweepbridge wandb-server`."""
    import typer

    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    @app.command()
    def wandb_server(
        host: Annotated[str, typer.Option("--host", help="The address to serve on. Any but this machine's needs a key.")] = HOST,
        port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = PORT,
        store: Annotated[str | None, typer.Option("--store", help="Folder or URL of the store.")] = None,
    ) -> None:
        """Serve the official wandb sweep and wandb agent."""
        from sweepbridge_wandb.serving import serve

        serve(host, port, store=store, key=os.environ.get(KEY_VARIABLE))

    return app


def environment_app() -> typer.Typer:
    """`sweepbridge wandb-env`."""
    import typer

    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    @app.command()
    def wandb_env(
        url: Annotated[str, typer.Option("--url", help="Where the server is.")] = f"http://{HOST}:{PORT}",
    ) -> None:
        """Print the variables that lead W&B's client to a server here."""
        for name, value in for_client(url.rstrip("/"), os.environ.get(KEY_VARIABLE) or KEY).items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")

    return app
