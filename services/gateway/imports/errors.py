"""Why an import cannot be shown, stopped or taken up again."""

from shared.errors import Conflict, NotFound


class ImportNotFound(NotFound):
    slug, title = "import-not-found", "No such import"


class ImportFinished(Conflict):
    slug, title = "import-finished", "This import has finished"


class ImportNotResumable(Conflict):
    slug, title = "import-not-resumable", "This import cannot be taken up again"
