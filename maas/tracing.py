"""Spans: how long the parts of an answer take, told to an OpenTelemetry collector.

Off by default. Then a traced function costs one comparison, and no library is imported.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

P = ParamSpec("P")
T = TypeVar("T")

_tracer: "Tracer | None" = None


@contextmanager
def told_to(url: str, service: str) -> Iterator[None]:
    """Tell spans of this process to a collector, while the context lasts.

    Parameters
    ----------
    url : str
        Address of a collector that takes OTLP over HTTP, such as ``http://127.0.0.1:4318``; empty:
        nothing is told.
    service : str
        What this process is.
    """
    global _tracer  # noqa: PLW0603 - one process tells one collector
    if not url:
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(
        resource=Resource.create({"service.name": service}), shutdown_on_exit=False
    )
    exporter = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = provider.get_tracer("meguri")
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()


def span(name: str, **attributes: str | int) -> AbstractContextManager[Any]:
    """Measure what happens in a context, as part of what it happens in.

    Parameters
    ----------
    name : str
        What happens.
    **attributes : str | int
        Figures and identifiers of places, lines or areas; never whose they are.

    Returns
    -------
    AbstractContextManager
        The span, or nothing where nobody listens.
    """
    if _tracer is None:
        return nullcontext()
    # An error's message may name somebody; the request's status says that there was one.
    return _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    )


def traced(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Measure a function each time it is called.

    Parameters
    ----------
    name : str
        What it does.

    Returns
    -------
    Callable
        Decorates it.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def measured(*args: P.args, **kwargs: P.kwargs) -> T:
            if _tracer is None:
                return function(*args, **kwargs)
            with span(name):
                return function(*args, **kwargs)

        return measured

    return decorate
