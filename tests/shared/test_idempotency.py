"""Idempotency-Key: sent again, the same answer; nothing twice, also in a race."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from shared.db.database import Database
from shared.db.idempotency_keys import tidy_keys
from shared.derived.worker import TIDY_KEYS
from shared.ids import new_id
from tests.support.installation import InstallationUnderTest, somebody

BODY = {"name": "Once", "kind": "provider"}


def test_the_same_key_with_another_body_is_refused(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    key = {"idempotency-key": new_id()}
    client.post("/v1/accounts", BODY, headers=key)

    again = client.post("/v1/accounts", BODY | {"name": "Twice"}, headers=key)

    assert again.status_code == 422
    assert again.json()["type"].endswith("/idempotency-key-reused")


def test_the_same_key_and_body_gives_the_same_answer_and_one_account(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    key = {"idempotency-key": new_id()}

    first = client.post("/v1/accounts", BODY, headers=key)
    again = client.post("/v1/accounts", BODY, headers=key)

    assert (again.status_code, again.content, again.headers["etag"]) == (201, first.content, first.headers["etag"])
    assert len(installation.announced("accounts", first.json()["id"])) == 1


def test_a_refusal_is_not_kept_so_that_a_retry_is_tried_anew(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    key, name = {"idempotency-key": new_id()}, new_id()
    holder = client.post("/v1/accounts", BODY | {"external_ids": {"erp": name}}).json()
    body = BODY | {"external_ids": {"erp": name}}
    assert client.post("/v1/accounts", body, headers=key).status_code == 409
    client.patch(f"/v1/accounts/{holder['id']}", {"external_ids": {}}, headers={"if-match": '"1"'})

    again = client.post("/v1/accounts", body, headers=key)

    assert again.status_code == 201


def test_two_people_may_use_the_same_key(installation: InstallationUnderTest) -> None:
    key = {"idempotency-key": new_id()}

    one = installation.client("accounts", somebody()).post("/v1/accounts", BODY, headers=key)
    other = installation.client("accounts", somebody()).post("/v1/accounts", BODY, headers=key)

    assert one.json()["id"] != other.json()["id"]


def test_ten_requests_at_once_with_one_key_make_one_account(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    key = {"idempotency-key": new_id()}

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/accounts", BODY, headers=key), range(10)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_an_overlong_key_is_refused_with_its_pointer(installation: InstallationUnderTest) -> None:
    answer = installation.client("accounts").post("/v1/accounts", BODY, headers={"idempotency-key": "k" * 201})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "Idempotency-Key"


def test_an_answer_is_kept_for_a_day_and_then_forgotten(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    key = {"idempotency-key": new_id()}
    first = client.post("/v1/accounts", BODY, headers=key).json()
    database = installation.product.databases["accounts"]

    tidy_keys(database, installation.clock() + timedelta(hours=23))
    assert client.post("/v1/accounts", BODY, headers=key).json()["id"] == first["id"]

    tidy_keys(database, installation.clock() + timedelta(hours=25))
    assert client.post("/v1/accounts", BODY, headers=key).json()["id"] != first["id"]


def test_every_worker_forgets_old_keys_by_itself(installation: InstallationUnderTest) -> None:
    for database in installation.product.databases.values():
        schedule = database.metadata.tables["schedule"]

        def has_run(database: Database = database, schedule: sa.Table = schedule) -> bool:
            with database.read() as tx:
                found = tx.run(sa.select(schedule.c.last_run_at).where(schedule.c.task == TIDY_KEYS.name)).scalar()
            return found is not None

        installation.eventually(has_run)
