"""Routes of imports: parse, call, return."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.gateway.http.app_state import state_of
from shared.auth import READ, WRITE
from shared.http.pages import After, Limit, Page, Text
from shared.http.routing import Api, CurrentActor, Now, Read, Write
from shared.ids import Id

from . import queries, refusals_csv, usecases
from .schemas import ImportOut, ImportSummary, PreviewOut, ReasonOut, RefusalOut
from .upload import FORM, SAMPLE_FORM, receive, receive_sample

api = Api(prefix="/api/v1/imports", tags=["imports"])

Reason = Annotated[str | None, Query(min_length=1, max_length=2000, pattern="^[^\\x00]*$")]
Code = Annotated[str | None, Query(max_length=80, pattern="^[a-z0-9-]+$")]
CSV_TYPE = "text/csv; charset=utf-8"
CSV = {
    200: {
        "description": "The refused lines that are stored, by reason: line, column, value, reason, code.",
        "content": {"text/csv": {}},
    }
}


@api.post("/previews", rule=WRITE, status_code=200, openapi_extra=SAMPLE_FORM)
def preview_import(seen: Annotated[PreviewOut, Depends(receive_sample)]) -> PreviewOut:
    """Answers what a mapping makes of the first rows of a file; nothing is stored. What is wrong with the mapping or
    the file stands in `errors`, so that it can be shown while the mapping is written. `body-too-large` for more than a
    preview takes."""
    return seen


@api.post("", rule=WRITE, status_code=202, location="/api/v1/imports/{id}", openapi_extra=FORM)
def start_import(
    upload: Annotated[usecases.Upload, Depends(receive)], tx: Write, actor: CurrentActor, now: Now
) -> ImportOut:
    """Takes up an import and answers at once; a worker reads the file and makes accounts, relationships and deliveries
    as the caller. A dry run says what would happen and writes nothing. The same file again changes nothing.
    `invalid-mapping` or `unreadable-file` where the two do not go together, `body-too-large` for a larger file than is
    allowed."""
    return usecases.start_import(tx, upload, actor, now)


@api.get("", rule=READ)
def list_imports(tx: Read, actor: CurrentActor, after: After = None, limit: Limit = 50) -> Page[ImportSummary]:
    """Lists one's own imports, newest first; an admin sees all."""
    return queries.list_imports(tx, actor, after=after, limit=limit)


@api.get("/{import_id}", rule=READ)
def get_import(import_id: Id, tx: Read, actor: CurrentActor) -> ImportOut:
    """Answers how far an import is, and its report once it is done. `import-not-found` where it is unknown or another
    person's."""
    return queries.get_import(tx, import_id, actor)


@api.get("/{import_id}/refusals", rule=READ)
def list_import_refusals(
    import_id: Id,
    tx: Read,
    actor: CurrentActor,
    q: Text = None,
    column: Text = None,
    reason: Reason = None,
    code: Code = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[RefusalOut]:
    """Lists the refused lines that are stored, in the order in which they were refused. `import-not-found` where the
    import is unknown or another person's."""
    chosen = queries.RefusalFilter(q, column, reason, code)
    return queries.list_refusals(tx, import_id, chosen, actor, after=after, limit=limit)


@api.get("/{import_id}/refusal-reasons", rule=READ)
def list_refusal_reasons(import_id: Id, tx: Read, actor: CurrentActor) -> Page[ReasonOut]:
    """Lists why lines were refused and how many for each reason, the most frequent first, on one page.
    `import-not-found` where the import is unknown or another person's."""
    return queries.list_reasons(tx, import_id, actor)


@api.get("/{import_id}/refusals.csv", rule=READ, responses=CSV)
async def export_refusals(import_id: Id, actor: CurrentActor, request: Request) -> Response:
    """Answers the refused lines as a CSV file; what a spreadsheet would run as a formula begins with an apostrophe.
    `import-not-found` where the import is unknown or another person's."""
    rows = await refusals_csv.refusals(state_of(request).database, import_id, actor)
    return StreamingResponse(rows, media_type=CSV_TYPE, headers=refusals_csv.headers(import_id))


@api.post("/{import_id}/cancellation", rule=WRITE, status_code=200)
def cancel_import(import_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ImportOut:
    """Stops an import before its next batch; what was made stays. `import-finished` where it has ended."""
    return usecases.cancel_import(tx, import_id, actor, now)


@api.post("/{import_id}/resumption", rule=WRITE, status_code=200)
def resume_import(import_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ImportOut:
    """Takes up an import again that failed or was cancelled, on behalf of whoever posted it; what was made is not made
    twice. `import-not-resumable` where it has not stopped, or its file is gone."""
    return usecases.resume_import(tx, import_id, actor, now)
