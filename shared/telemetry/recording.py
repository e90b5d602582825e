"""Starts the recording of traces where a collector is set; without one, OpenTelemetry's SDK is never loaded."""

from shared.telemetry import tracing


def record_traces(url: str | None, share: float) -> None:
    """Record this share of traces, in [0, 1], and send it to the collector at this URL; without one, nothing."""
    if url is not None:
        from shared.telemetry.otlp import OtlpRecorder

        tracing.record_with(OtlpRecorder(url, share))
