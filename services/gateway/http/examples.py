"""What the main requests look like, by operation id, for the API's description; a test sends each of them."""

from typing import Any

_ACCOUNT = "019a0000-0000-7000-8000-000000000001"
_PROVIDER = "019a0000-0000-7000-8000-000000000002"
_RELATIONSHIP = "019a0000-0000-7000-8000-000000000003"

_DELIVERY = "019a0000-0000-7000-8000-000000000004"
_CONTACT = "019a0000-0000-7000-8000-000000000005"

EXAMPLES: dict[str, Any] = {
    "set_up": {
        "code": "the code printed at the first start",
        "email": "ines@northwind.example",
        "name": "Ines Varga",
        "password": "correct horse battery",
    },
    "sign_in": {"email": "ines@northwind.example", "password": "correct horse battery"},
    "create_user": {
        "email": "tomas@northwind.example",
        "name": "Tomas Lindqvist",
        "role": "manager",
        "password": "plenty of words here",
    },
    "create_token": {"name": "ERP export", "role": "manager"},
    "create_account": {
        "name": "Halden Biologics",
        "kind": "provider",
        "size": "mid",
        "region": "europe",
        "external_ids": {"erp": "77"},
        "capabilities": ["fill and finish"],
    },
    "create_relationship": {"sponsor_id": _ACCOUNT, "provider_id": _PROVIDER, "started_on": "2023-04-01"},
    "create_engagement": {
        "relationship_id": _RELATIONSHIP,
        "name": "Process validation, line 2",
        "type": "process_validation",
        "mode": "programme",
        "complexity": 3,
        "stage": "contracted",
        "starts_on": "2026-01-12",
    },
    "log_interaction": {
        "relationship_id": _RELATIONSHIP,
        "kind": "business_review",
        "occurred_at": "2026-02-03T14:00:00Z",
        "summary": "Quarterly review: on time, one open deviation.",
        "experience": "meets",
    },
    "create_template": {
        "name": "What we look at",
        "attributes": [
            {"attribute": "on_time_delivery", "importance": 40},
            {"attribute": "communication", "importance": 30},
            {"attribute": "quality_systems", "importance": 29.99},
        ],
    },
    "put_ratings": {
        "ratings": [
            {"attribute": "communication", "rating": "exceeds"},
            {
                "attribute": "on_time_delivery",
                "rating": "below",
                "comment": "Two of five batches came late.",
                "evidence": [{"source_kind": "delivery", "source_id": _DELIVERY}],
            },
        ]
    },
    "dispute_scorecard": {
        "reason": "The batch of 3 May was moved at your request.",
        "attributes": ["on_time_delivery"],
    },
    "send_rating_link": {"contact_id": _CONTACT, "expires_in_days": 14},
    "record_delivery": {
        "relationship_id": _RELATIONSHIP,
        "external_id": "SH-1042",
        "promised_on": "2026-02-10",
        "delivered_on": "2026-02-09",
    },
}
