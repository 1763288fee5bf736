"""The other side of the verdict: Starlette, slowapi and a JSON answer of the same size, and nothing else.

`python -m web.bench.bare_site PORT LIMIT FILE` answers `/answers/{number}` with the JSON value in FILE, made
into text anew for each request, under a budget of LIMIT a network.
"""

import json
import sys
from pathlib import Path

import uvicorn
from slowapi import Limiter
from slowapi.util import get_remote_address
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def bare_site(value: object, limit: str) -> Starlette:
    """The application."""
    limiter = Limiter(key_func=get_remote_address, key_style="endpoint", strategy="sliding-window-counter")

    async def answer(request: Request) -> Response:
        """The value, whatever is asked for."""
        assert request.path_params["number"]
        return JSONResponse(value)

    limited = limiter.limit(limit)(answer)
    return Starlette(routes=[Route("/answers/{number}", limited)])


def main(arguments: list[str]) -> None:
    """Serves until it is told to stop, by the same server with the same options as the product."""
    port, limit, path = arguments
    value = json.loads(Path(path).read_text(encoding="utf-8"))
    app = bare_site(value, limit)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(port),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
