"""What the schemas of several nouns share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from typing_extensions import TypeAliasType

Region = TypeAliasType("Region", Literal["north_america", "europe", "asia_pacific", "rest_of_world"])


Size = TypeAliasType("Size", Literal["small", "mid", "large"])


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]


SourceKind = TypeAliasType("SourceKind", Literal["interaction", "delivery", "milestone"])
"""What of the record is cited as evidence."""
ProjectType = TypeAliasType(
    "ProjectType",
    Literal["simple_one_off", "early_development", "tech_transfer_scale_up", "clinical_supply", "commercial_supply"],
)
