"""Routes of the API's description: parse, call, return."""

from fastapi import Request, Response

from services.gateway.http import static_files
from services.gateway.http.app_state import state_of
from shared.auth import PUBLIC
from shared.http.routing import Api

api = Api()


@api.get("/api/docs", rule=PUBLIC, include_in_schema=False)
async def docs(request: Request) -> Response:
    return static_files.page("docs.html")


@api.get("/api/docs/{asset}", rule=PUBLIC, include_in_schema=False)
async def docs_asset(asset: str) -> Response:
    return static_files.asset(asset)


@api.get("/api/problems/{code}", rule=PUBLIC, include_in_schema=False)
async def problem(code: str, request: Request) -> Response:
    return static_files.problem_page(code, state_of(request).problems)


@api.get("/api/asyncapi.json", rule=PUBLIC, include_in_schema=False)
async def asyncapi_document(request: Request) -> Response:
    return Response(static_files.asyncapi_document(), media_type="application/json")


@api.get("/api/openapi.json", rule=PUBLIC, include_in_schema=False)
async def openapi_document(request: Request) -> Response:
    return Response(state_of(request).openapi_document, media_type="application/json")
