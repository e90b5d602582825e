"""Query parameters that the routes of several nouns share."""

from datetime import date
from typing import Annotated

from fastapi import Query

FromDay = Annotated[date | None, Query(alias="from")]


ToDay = Annotated[date | None, Query(alias="to")]
