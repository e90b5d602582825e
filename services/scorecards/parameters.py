"""Query parameters that the routes of several nouns share."""

from typing import Annotated

from fastapi import Query

from shared.values import Day

FromDay = Annotated[Day | None, Query(alias="from")]


ToDay = Annotated[Day | None, Query(alias="to")]
