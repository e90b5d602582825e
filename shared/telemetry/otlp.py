"""Sends spans to an OpenTelemetry collector by OTLP over HTTP. Loaded only where one is set."""

import logging
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version

import structlog
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import Span as OtelSpan
from opentelemetry.trace import (
    SpanKind,
    Status,
    StatusCode,
    Tracer,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.ids import new_id
from shared.telemetry.metrics import SPANS
from shared.telemetry.tracing import Attribute, Kind, Span

log = structlog.get_logger()

_PROPAGATOR = TraceContextTextMapPropagator()

EXPORT_S = 5
CLOSE_S = 3
"""While the collector is away, an end waits so long at most."""


class OtlpRecorder:
    """Spans wait in a bounded queue for one thread that sends them: a collector away costs spans, never time."""

    def __init__(self, url: str, share: float) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # what matters of it is logged by the exporter
        # The trace id alone decides, so that every process decides alike and nobody outside does.
        self._sampler = TraceIdRatioBased(share)
        self._processor = BatchSpanProcessor(_Exporter(url.rstrip("/") + "/v1/traces", timeout=EXPORT_S))
        self._instance = new_id()
        for outcome in ("sent", "lost"):
            SPANS.labels(outcome=outcome)
        self._tracer = cache(self._make_tracer)

    def _make_tracer(self, service: str) -> Tracer:
        about = {
            "service.namespace": "entente",
            "service.name": service,
            "service.version": version("entente"),
            "service.instance.id": self._instance,
        }
        provider = TracerProvider(sampler=self._sampler, resource=Resource.create(about), shutdown_on_exit=False)
        provider.add_span_processor(self._processor)
        return provider.get_tracer("entente")

    def start(self, service: str, name: str, kind: Kind, parent: str, attributes: Mapping[str, Attribute]) -> Span:
        context = _PROPAGATOR.extract({"traceparent": parent}, Context()) if parent else Context()
        tracer = self._tracer(service)
        return _Recorded(tracer.start_span(name, context, SpanKind[kind.upper()], _dotted(attributes)))

    def close(self) -> None:
        closing = threading.Thread(target=self._processor.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSE_S)


def _dotted(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    return {name.replace("__", "."): value for name, value in attributes.items()}


class _Recorded(Span):
    __slots__ = ("_span",)

    def __init__(self, span: OtelSpan) -> None:
        at = span.get_span_context()
        super().__init__(f"00-{at.trace_id:032x}-{at.span_id:016x}-{at.trace_flags:02x}")
        self._span = span

    def end(self, *, name: str | None = None, error: str | None = None, **attributes: Attribute) -> None:
        if name is not None:
            self._span.update_name(name)
        if error is not None:
            attributes["error__type"] = error
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.set_attributes(_dotted(attributes))
        self._span.end()


class _Exporter(OTLPSpanExporter):
    """Counts what is sent and lost, and says once when the collector goes away and when it is back."""

    _is_away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = super().export(spans)
        is_away = result is not SpanExportResult.SUCCESS
        SPANS.labels(outcome="lost" if is_away else "sent").inc(len(spans))
        if is_away != self._is_away:
            self._is_away = is_away
            log.warning("collector does not take traces" if is_away else "collector takes traces again")
        return result
