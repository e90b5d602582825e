"""Routes of the comparison with other providers."""

from services.scorecards.comparisons import queries
from services.scorecards.comparisons.schemas import ComparisonOut
from shared.auth import READ
from shared.http.routing import Api, CurrentActor, Now, Read
from shared.ids import Id

api = Api(prefix="/v1")


@api.get("/relationships/{relationship_id}/comparison", rule=READ, tags=["comparison"])
def get_comparison(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    now: Now,
    same_region: bool = False,
    same_project_type: bool = False,
) -> ComparisonOut:
    """Answers how the sponsor's newest published card stands among those of other providers, for sponsors of the same
    size, of the year up to its period's end. Restricted relationships are in nobody's figures, nobody is named, and of
    fewer than five other providers there are no figures: `reason` says why. `relationship-not-found` where the
    relationship is unknown or hidden."""
    return queries.get_comparison(tx, relationship_id, same_region, same_project_type, actor, now)
