"""The load generator, a process of its own that needs nothing but the standard library.

Some kept connections ask for one page again and again until the time is over. Started with its
orders as JSON in the first argument, it prints what it counted as JSON.
"""

import json
import socket
import sys
import threading
import time
from typing import Any

CHUNK = 1 << 16
LONGEST_WAIT_SECONDS = 50


def main(order: dict[str, Any]) -> None:
    """Asks and counts; any answer but the expected one ends it with an error."""
    request = _request(order)
    warm_until = time.perf_counter() + order["warm_up"]
    until = warm_until + order["seconds"]
    counts: list[int] = []
    faults: list[str] = []

    def ask() -> None:
        try:
            counts.append(_ask_until(order, request, warm_until, until))
        except (OSError, ValueError) as error:
            faults.append(f"{order['path']}: {error}")

    threads = [threading.Thread(target=ask) for _ in range(order["connections"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        sys.exit(faults[0])
    sys.stdout.write(json.dumps({"requests": sum(counts), "seconds": order["seconds"]}))


def _request(order: dict[str, Any]) -> bytes:
    body = order["body"].encode()
    headers = {"Host": f"127.0.0.1:{order['port']}", **order["headers"]}
    if body:
        headers |= {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
        }
    lines = [f"{order['method']} {order['path']} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _ask_until(order: dict[str, Any], request: bytes, warm_until: float, until: float) -> int:
    count = 0
    with socket.create_connection(("127.0.0.1", order["port"]), LONGEST_WAIT_SECONDS) as connection:
        while True:
            connection.sendall(request)
            _read_answer(connection)
            now = time.perf_counter()
            if now >= until:
                return count
            if now >= warm_until:
                count += 1


def _read_answer(connection: socket.socket) -> None:
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _receive(connection)
    head = data[:end].lower()
    if not head.startswith(b"http/1.1 200"):
        raise ValueError(head.splitlines()[0].decode())
    length = head.partition(b"content-length:")[2].split(b"\r\n")[0]
    missing = int(length) - (len(data) - end - 4)
    while missing > 0:
        missing -= len(_receive(connection))


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(CHUNK)
    if not data:
        raise ValueError("the server closed the connection")
    return data


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
