"""Why an import cannot be shown, stopped or taken up again."""

from shared.errors import Conflict, DomainError, NotFound


class ImportNotFound(NotFound):
    slug, title = "import-not-found", "No such import"


class ImportStopped(DomainError):
    """The import cannot go on. What was applied stays; the same import, started again, goes on from there."""

    slug, status, title = "import-stopped", 503, "The import stopped"


class ImportFinished(Conflict):
    slug, title = "import-finished", "This import has finished"


class ImportNotResumable(Conflict):
    slug, title = "import-not-resumable", "This import cannot be taken up again"
