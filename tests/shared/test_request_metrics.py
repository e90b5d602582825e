"""Requests are measured by the path that the contract gives them."""

import re
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from services.registry import SERVICES, service_named
from shared.derived.openapi import openapi_of, operations
from tests.support.installation import InstallationUnderTest


def measured(service: str) -> set[tuple[str, str]]:
    """The methods and routes of `service` that a request was counted for."""
    samples = (sample for metric in REGISTRY.collect() for sample in metric.samples)
    return {
        (sample.labels["method"], sample.labels["route"])
        for sample in samples
        if sample.name == "entente_http_request_seconds_count" and sample.labels["service"] == service
    }


@pytest.mark.parametrize("name", SERVICES)
def test_every_operation_is_measured_by_its_path_in_the_contract(
    installation: InstallationUnderTest, name: str
) -> None:
    declared = set(operations(openapi_of(service_named(name))))

    for method, path in declared:
        installation.stranger(name).request(method, re.sub(r"{[^}]+}", str(uuid4()), path))

    assert declared <= measured(name)
