"""What may stand between Rastro and Persat, for tests on loopback.

front.py tls PORT CERTIFICATE   ends TLS (PEM of certificate and key) and passes on to 127.0.0.1:PORT
front.py proxy                  a proxy that knows CONNECT; says each target on a line

The first line on stdout is the port that it listens on."""
import socket
import ssl
import sys
import threading


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def join(one, other):
    threading.Thread(target=pump, args=(one, other), daemon=True).start()
    pump(other, one)


def serve_tls(client, port, context):
    try:
        client = context.wrap_socket(client, server_side=True)
    except (OSError, ssl.SSLError):
        return
    join(client, socket.create_connection(("127.0.0.1", port)))


def serve_proxy(client):
    head = b""
    while b"\r\n\r\n" not in head:
        if not (data := client.recv(4096)):
            return
        head += data
    method, target = head.split(b" ")[:2]
    print(target.decode(), flush=True)
    if method != b"CONNECT":
        client.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
        client.close()
        return
    host, port = target.decode().rsplit(":", 1)
    server = socket.create_connection((host, int(port)))
    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    join(client, server)


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    if sys.argv[1] == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3])
        serve = lambda client: serve_tls(client, int(sys.argv[2]), context)
    else:
        serve = serve_proxy
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()


if __name__ == "__main__":
    main()
