"""The page "Verwerkingen" inside Airflow: a view in its navigation and the small web application behind it.

Every part of Airflow loads its plugins, so what only the API server has is imported when somebody asks.
"""

from pathlib import Path, PurePosixPath
from typing import Any, Final

from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

#: Under the address of Airflow.
PREFIX: Final = "/samenloop"
#: Who may look at the runs of this DAG may look at the page.
_DAG: Final = "publish"
#: For files of drafts and releases: whole pages with a style of their own, and no script.
_FILE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
}
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


async def may_see(request: Request) -> None:
    """Lets through who is logged in to Airflow and may see the runs of the DAG ``publish``.

    Raises:
        HTTPException: 401 or 403.
    """
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user

    user = await get_user(request, None, await bearer_scheme(request))
    allowed = get_auth_manager().is_authorized_dag(
        method="GET", access_entity=DagAccessEntity.RUN, details=DagDetails(id=_DAG), user=user
    )
    if not allowed:
        raise HTTPException(403, "Forbidden")


def _places() -> tuple[Path, Path]:
    from samenloop.settings import Settings

    settings = Settings()
    if not settings.work or not settings.out:
        raise HTTPException(503, "SAMENLOOP_WORK and SAMENLOOP_OUT are not set for the API server")
    return Path(settings.work), Path(settings.out)


def application() -> FastAPI:
    """Gives the application: the page, and the files of drafts and releases to read."""
    app = FastAPI(dependencies=[Depends(may_see)], docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/verwerkingen")
    def page() -> HTMLResponse:
        from samenloop.processing_page import PAGE_POLICY, render_page, shown_runs

        content = render_page(list(shown_runs(*_places())))
        return HTMLResponse(content, headers={**_HEADERS, "Content-Security-Policy": PAGE_POLICY})

    @app.get("/{kind}/{purpose}/{period}/{release}/{name:path}")
    def file(kind: str, purpose: str, period: str, release: str, name: str) -> Response:
        from samenloop.processing_page import KINDS, file_of

        found = file_of(*_places(), kind, purpose, period, release, name) if kind in KINDS else None
        if found is None:
            raise HTTPException(404, "Not Found")
        media = _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        return Response(found, media_type=media, headers={**_HEADERS, "Content-Security-Policy": _FILE_POLICY})

    return app


class SamenloopPlugin(AirflowPlugin):
    """What Airflow takes from here."""

    name = "samenloop"
    fastapi_apps: list[Any] = [{"app": application(), "url_prefix": PREFIX, "name": "Samenloop"}]  # noqa: RUF012
    external_views: list[Any] = [  # noqa: RUF012
        {
            "name": "Verwerkingen",
            "href": f"{PREFIX}/verwerkingen",
            "destination": "nav",
            "category": "browse",
            "url_route": "verwerkingen",
        }
    ]
