"""Routes of imports: parse, call, return."""

from typing import Annotated

from fastapi import Depends

from shared.auth import READ, WRITE
from shared.edge import Api, Caller, Now, Read, Write
from shared.ids import Id
from shared.page import After, Limit, Page

from . import jobs
from .schemas import ImportOut, ImportSummary, RefusalOut
from .upload import FORM, receive

api = Api(prefix="/api/v1/imports", tags=["imports"])


@api.post("", rule=WRITE, status_code=202, openapi_extra=dict(FORM))
def start_import(upload: Annotated[jobs.Upload, Depends(receive)], tx: Write, actor: Caller, now: Now) -> ImportOut:
    return jobs.start_import(tx, upload, actor, now)


@api.get("", rule=READ)
def list_imports(tx: Read, actor: Caller, after: After = None, limit: Limit = 50) -> Page[ImportSummary]:
    return jobs.list_imports(tx, actor, after=after, limit=limit)


@api.get("/{import_id}", rule=READ)
def get_import(import_id: Id, tx: Read, actor: Caller) -> ImportOut:
    return jobs.get_import(tx, import_id, actor)


@api.get("/{import_id}/refusals", rule=READ)
def list_import_refusals(
    import_id: Id, tx: Read, actor: Caller, after: After = None, limit: Limit = 50
) -> Page[RefusalOut]:
    return jobs.list_refusals(tx, import_id, actor, after=after, limit=limit)


@api.post("/{import_id}/cancellation", rule=WRITE, status_code=200)
def cancel_import(import_id: Id, tx: Write, actor: Caller, now: Now) -> ImportOut:
    return jobs.cancel_import(tx, import_id, actor, now)


@api.post("/{import_id}/resumption", rule=WRITE, status_code=200)
def resume_import(import_id: Id, tx: Write, actor: Caller, now: Now) -> ImportOut:
    return jobs.resume_import(tx, import_id, actor, now)
