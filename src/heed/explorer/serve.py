"""The server of the explorer: waitress, which answers several viewers at once."""

import secrets
import socket
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import waitress

from heed.base.errors import InputError
from heed.explorer.guard import LARGEST_BODY, LOCAL
from heed.explorer.site import site

THREADS: Final = 8
"""Requests that are answered at once; a page asks for six pictures at a time."""

TRIED: Final = 20
"""Ports that are tried, from the one that was asked for, where that is taken."""


@dataclass(frozen=True)
class Address:
    """Where the server is to be found.

    Attributes:
        host: that it binds.
        port: 0 takes a free one.
    """

    host: str = "localhost"
    port: int = 8050

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOCAL


def serve(
    audit: Path,
    address: Address,
    *,
    training: bool = False,
    browser: bool = True,
    tell: Callable[[str], None] = print,
) -> None:
    """Serve the explorer until it is interrupted.

    Args:
        audit: folder of an audit that has run.
        address: where; a token is made for it unless it is local.
        training: whether regions may be saved and trainings started.
        browser: open it.
        tell: is given the address, with the token, to show.

    Raises:
        InputError: no audit has run there, or the address is taken or none of this machine's.
    """
    bound, port = _bound(address)
    token = None if address.local else secrets.token_urlsafe(24)
    # 127.0.0.1 and ::1 are bound by what localhost is here; all of their names are answered.
    hosts = LOCAL if address.local else None
    try:
        app = site(audit, hosts=hosts, token=token, training=training)
        shown = f"[{address.host}]" if ":" in address.host else address.host
        link = f"http://{shown}:{port}/" + (f"?token={token}" if token else "")
        server = waitress.create_server(
            app.server,
            sockets=[bound],
            threads=THREADS,
            max_request_body_size=LARGEST_BODY,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
    except BaseException:
        bound.close()
        raise
    tell(f"Heed explorer: {link}  (Ctrl-C ends it)")
    if browser:
        webbrowser.open(link)
    try:
        server.run()
    finally:
        server.close()


def _bound(address: Address) -> tuple[socket.socket, int]:
    """A socket that listens at the address, and its port: the next free one."""
    try:
        found = socket.getaddrinfo(address.host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise InputError(
            f"--host: found {address.host!r}, which is no address of this machine ({error}); "
            "expected localhost, or such as 0.0.0.0 for all"
        ) from error
    family = found[0][0]
    last: OSError | None = None
    ports = [address.port + further for further in range(TRIED if address.port else 1)]
    for port in ports:
        bound = socket.socket(family)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((found[0][4][0], port))
            # waitress listens again, which does no harm; listening now keeps the port.
            bound.listen()
        except (OSError, OverflowError) as error:
            bound.close()
            last = error if isinstance(error, OSError) else OSError(str(error))
        else:
            return bound, bound.getsockname()[1]
    raise InputError(
        f"--host, --port: could not listen at {address.host}, ports {ports[0]} to {ports[-1]} "
        f"({last}); expected an address of this machine and a free port"
    )
