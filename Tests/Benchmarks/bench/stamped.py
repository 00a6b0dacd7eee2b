"""An upstream whose chunks say when they were sent: `stamped.py COUNT MICROSECONDS`.

It prints its port and answers every request with so many events, so many microseconds apart. Each
has the time of the machine's monotonic clock at which it was given to the kernel.
"""
import socket
import sys
import threading
import time

HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
        b"Connection: close\r\n\r\n")


def answer(connection, count, gap):
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65536)
        connection.sendall(HEAD)
        due = time.monotonic()
        for _ in range(count):
            due += gap
            time.sleep(max(due - time.monotonic(), 0))
            event = b'data: {"sent": %d}\n\n' % time.monotonic_ns()
            connection.sendall(b"%x\r\n%s\r\n" % (len(event), event))
        connection.sendall(b"0\r\n\r\n")
        # What of the request came late would turn the close into a reset.
        connection.settimeout(1)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass


def main(count, microseconds):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(
                target=answer, args=(connection, count, microseconds / 1e6), daemon=True).start()


main(*map(int, sys.argv[1:]))
