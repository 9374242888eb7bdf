"""Traces: a collector of our own hears what an answer is made of, and nobody's data."""

import gzip
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from maas import tracing
from tests.apps.servers import Server, plan_offer, running, send_booking
from tests.apps.test_api_walk import WISH
from tests.builders import toytown, vehicle


class Collector(ThreadingHTTPServer):
    """Takes spans over HTTP on the loopback, as a real collector does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hearing)
        self.bodies: list[bytes] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def spans(self) -> list[Span]:
        """Everything heard so far."""
        found = []
        for body in self.bodies:
            request = ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    found += scope.spans
        return found


class Hearing(BaseHTTPRequestHandler):
    """Hears one request."""

    server: Collector

    def do_POST(self) -> None:
        """Take spans."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        packed = self.headers.get("Content-Encoding") == "gzip"
        assert self.path == "/v1/traces"
        self.server.bodies.append(gzip.decompress(body) if packed else body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that listens."""
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_answer_is_told_in_its_parts(collector: Collector, tmp_path: Path) -> None:
    town = toytown(tmp_path / "town", vehicle(seats=60))
    settings = {"MAAS_CITY": str(town), "MAAS_DATA_DIR": str(tmp_path / "var")}
    server = Server(settings | {"MAAS_TRACE_URL": collector.url})
    with running(server), server.client() as client:
        offer = plan_offer(client, WISH)
        booking = send_booking(client, offer, "k").json()
        with client.stream("GET", f"/v1/bookings/{booking['id']}/events") as stream:
            next(stream.iter_lines())  # the worker has relayed, or does so now
        assert client.get(f"/v1/bookings/{booking['id']}").status_code == 200
        threading.Event().wait(0.6)
        server.process.send_signal(signal.SIGTERM)
        code, _, err = server.end()
    assert code in {0, 130}, err
    spans = collector.spans()
    by_name = {span.name: span for span in spans}
    assert {"POST /v1/plans", "plan", "quote", "POST /v1/bookings", "hold", "relay"} <= set(by_name)
    for part, whole in (
        ("plan", "POST /v1/plans"),
        ("quote", "plan"),
        ("hold", "POST /v1/bookings"),
    ):
        assert by_name[part].parent_span_id in {s.span_id for s in spans if s.name == whole}
    heard = b"".join(collector.bodies)
    for secret in ("Rider A", "0761", booking["id"], offer[:40]):
        assert secret.encode() not in heard


def test_off_by_default_and_then_nothing_is_measured() -> None:
    calls = []

    @tracing.traced("x")
    def work(number: int) -> int:
        calls.append(number)
        return number

    with tracing.told_to("", "test"):
        assert work(3) == 3
        with tracing.span("y") as current:
            assert current is None
    assert calls == [3]


def test_an_error_in_a_part_is_passed_on_and_its_message_is_not_told(collector: Collector) -> None:
    @tracing.traced("broken")
    def work() -> None:
        raise ValueError("Rider A is not there")

    with tracing.told_to(collector.url, "test"), pytest.raises(ValueError, match="Rider A"):
        work()
    assert [span.name for span in collector.spans()] == ["broken"]
    assert b"Rider A" not in b"".join(collector.bodies)
