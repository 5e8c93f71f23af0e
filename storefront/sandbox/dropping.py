"""A line that breaks before the answer arrives."""

import socket

from flask import Response, request


def drop_connection() -> Response:
    """Close the caller's connection; the empty response returned here reaches nobody."""
    line: socket.socket = request.environ["werkzeug.socket"]
    line.shutdown(socket.SHUT_RDWR)
    return Response(status=500, headers={"Connection": "close"})
