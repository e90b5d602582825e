"""Every OpenAPI document is true: no made-up request gets a 5xx or an answer that the document does not describe."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.registry import service_named, services_named
from shared.derived.openapi import openapi_of
from tests.support.installation import InstallationUnderTest, somebody

pytestmark = pytest.mark.xdist_group("fuzzed")

load_all_checks()
PROMISES = [
    CHECKS.get_one("not_a_server_error"),
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InstallationUnderTest]:
    folder = tmp_path_factory.mktemp("fuzzed")
    urls = f"sqlite:///{folder}/{{service}}.sqlite", f"sqlite:///{folder}/events.sqlite"
    with InstallationUnderTest(*urls, folder) as installation:
        yield installation


@pytest.mark.slow
@pytest.mark.parametrize("service", [service.name for service in services_named()])
def test_a_service_answers_only_what_its_document_says(embedded: InstallationUnderTest, service: str) -> None:
    admin = somebody("admin")
    api_token = embedded.api("admin").headers["authorization"]
    schema = schemathesis.openapi.from_dict(openapi_of(service_named(service)))
    schema.app = embedded.product.app(service)

    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def holds(case: schemathesis.Case) -> None:
            actor_token = f"Bearer {embedded.product.signer.token(admin, service)}"
            credentials = api_token if service == "gateway" else actor_token
            response = case.call(headers={"authorization": credentials})
            case.validate_response(response, checks=PROMISES)

        holds()
