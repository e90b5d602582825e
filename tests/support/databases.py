"""What `make test` runs on the embedded default alone; `make long` runs it on PostgreSQL and Kafka too.

A behaviour runs on both kinds of installation in `make test` where an adapter, a query or a lock of its own takes part.
What is listed is decided before or after any of them, or stands on queries that other tests read on both.
A key is a test file, or one test of it after `::`.
"""

from collections.abc import Mapping

EMBEDDED_FIRST: Mapping[str, str] = {
    "tests/gateway/test_csrf.py": "headers, refused before any database is asked",
    "tests/gateway/test_openapi.py": "one document, made of routes",
    "tests/gateway/test_static_files.py": "files of the UI",
    "tests/gateway/test_forwarding.py": "headers and bodies, forwarded as they are",
    "tests/gateway/test_import_previews.py": "a file read in memory; nothing is stored",
    "tests/gateway/test_packs.py": "files rendered of answers whose queries tests/scorecards reads on both",
    "tests/gateway/test_packs_redacted.py": "files rendered of answers whose queries tests/scorecards reads on both",
    "tests/gateway/test_demo.py": "calls of the public API, each of which its own test makes on both",
    "tests/shared/test_tracing.py": "headers of requests and events",
    "tests/shared/test_request_metrics.py": "refused before any database is asked",
    "tests/scorecards/test_a_year_of_reviews.py": "scores of many periods; each step of them has a test on both",
    "tests/scorecards/test_rights.py": "permissions, decided on rows that other tests of cards read on both",
    "tests/scorecards/test_reveal.py::test_while_one_side_rates_nothing_that_others_can_read_changes": (
        "what a card's view leaves out, decided on its rows"
    ),
    "tests/scorecards/test_reveal.py::test_a_submission_shows_its_status_and_nothing_that_was_said": (
        "what a card's view leaves out, decided on its rows"
    ),
    "tests/scorecards/test_comparisons.py::"
    "test_whoever_may_not_read_the_relationship_cannot_compare_it": "a permission, decided before the query",
    "tests/scorecards/test_comparisons.py::"
    "test_without_a_card_or_a_known_size_there_is_nothing_to_compare": "decided before the query",
    "tests/integration/test_scms_import.py": "the import's queries and bulk statements have their tests on both",
}


def runs_embedded_first(node_id: str) -> bool:
    """Whether the distributed half of a test waits for `make long`; `node_id` as pytest names the test."""
    name = node_id.partition("[")[0]
    return name in EMBEDDED_FIRST or name.partition("::")[0] in EMBEDDED_FIRST
