"""The closed vocabularies of engagements. Their values are part of the contract and never change."""

from enum import StrEnum


class EngagementType(StrEnum):
    """What kind of work an engagement is."""

    CAPACITY_ONLY = "capacity_only"
    SIMPLE_ONE_OFF = "simple_one_off"
    EARLY_DEVELOPMENT = "early_development"
    PROCESS_DEVELOPMENT = "process_development"
    ANALYTICAL = "analytical"
    TECH_TRANSFER_SCALE_UP = "tech_transfer_scale_up"
    CLINICAL_SUPPLY = "clinical_supply"
    PROCESS_VALIDATION = "process_validation"
    COMMERCIAL_SUPPLY = "commercial_supply"
    LIFECYCLE_CHANGE = "lifecycle_change"
    PACKAGING_LOGISTICS = "packaging_logistics"
    CO_DEVELOPMENT = "co_development"
    MULTI_PRODUCT_PROGRAMME = "multi_product_programme"


class EngagementMode(StrEnum):
    """How far the two companies bind themselves: one-off, programme, long-term."""

    TACTICAL = "tactical"
    PROGRAMME = "programme"
    STRATEGIC = "strategic"


class EngagementStage(StrEnum):
    """Where an engagement stands; the last three may be reached from any other."""

    IDENTIFIED = "identified"
    RFP = "rfp"
    DILIGENCE = "diligence"
    CONTRACTED = "contracted"
    KICKOFF = "kickoff"
    TECH_TRANSFER = "tech_transfer"
    EXECUTING = "executing"
    STEADY_STATE = "steady_state"
    CLOSING = "closing"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"
    LOST = "lost"


class WouldUseAgain(StrEnum):
    """The answer given when an engagement closes."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class InteractionKind(StrEnum):
    """What happened between people."""

    CALL = "call"
    EMAIL = "email"
    NOTE = "note"
    WORKING_MEETING = "working_meeting"
    KICKOFF = "kickoff"
    TECHNICAL_REVIEW = "technical_review"
    QUALITY_REVIEW = "quality_review"
    FORECAST_REVIEW = "forecast_review"
    SITE_VISIT = "site_visit"
    AUDIT = "audit"
    INSPECTION = "inspection"
    BUSINESS_REVIEW = "business_review"
    STEERING_COMMITTEE = "steering_committee"
    EXECUTIVE_REVIEW = "executive_review"
    HEALTH_CHECK = "health_check"
    ESCALATION = "escalation"
    CHANGE_REQUEST = "change_request"
    DEVIATION = "deviation"
    NEGOTIATION = "negotiation"
    RFP = "rfp"
    PROPOSAL = "proposal"
    TECHNOLOGY_SCOUTING = "technology_scouting"
    TRAINING = "training"
    CONFERENCE = "conference"
    RECOGNITION = "recognition"


class ReviewCadence(StrEnum):
    """How often a relationship's governance wants a business review."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class Experience(StrEnum):
    """How an interaction or a milestone was, against what was expected."""

    BELOW = "below"
    MEETS = "meets"
    EXCEEDS = "exceeds"


class Findings(StrEnum):
    """The worst finding of an audit or inspection."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class IssueSeverity(StrEnum):
    """How bad an issue is."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class LateCause(StrEnum):
    """Through whom a promise was late."""

    PROVIDER = "provider"
    SPONSOR = "sponsor"
    EXTERNAL = "external"


class CancelledBy(StrEnum):
    """Who called a promise off."""

    SPONSOR = "sponsor"
    PROVIDER = "provider"
    BOTH = "both"


# From contracted to closed, without on_hold, cancelled and lost (docs/design/contract.md).
CONTRACTED_STAGES = frozenset(
    {
        EngagementStage.CONTRACTED,
        EngagementStage.KICKOFF,
        EngagementStage.TECH_TRANSFER,
        EngagementStage.EXECUTING,
        EngagementStage.STEADY_STATE,
        EngagementStage.CLOSING,
        EngagementStage.CLOSED,
    }
)
JOINT_TYPES = frozenset({EngagementType.CO_DEVELOPMENT, EngagementType.MULTI_PRODUCT_PROGRAMME})
VOID_STAGES = frozenset({EngagementStage.CANCELLED, EngagementStage.LOST})

EXECUTIVE_CONTACT_KINDS = frozenset({InteractionKind.STEERING_COMMITTEE, InteractionKind.EXECUTIVE_REVIEW})
BUSINESS_REVIEW_KINDS = EXECUTIVE_CONTACT_KINDS | {InteractionKind.BUSINESS_REVIEW}
# Contact is the two companies speaking to each other. A note, praise written down, a change request or deviation filed,
# an authority's inspection and a search of the market can all happen without the two sides speaking.
CONTACT_KINDS = frozenset(InteractionKind) - {
    InteractionKind.NOTE,
    InteractionKind.RECOGNITION,
    InteractionKind.CHANGE_REQUEST,
    InteractionKind.DEVIATION,
    InteractionKind.INSPECTION,
    InteractionKind.TECHNOLOGY_SCOUTING,
}

AUDIT_KINDS = frozenset({InteractionKind.AUDIT, InteractionKind.INSPECTION})


class MilestoneKind(StrEnum):
    """An ordinary milestone, or a gate of a technology transfer from G0, charter, to G7, close."""

    MILESTONE = "milestone"
    G0 = "G0"
    G1 = "G1"
    G2 = "G2"
    G3 = "G3"
    G4 = "G4"
    G5 = "G5"
    G6 = "G6"
    G7 = "G7"


class MilestoneStatus(StrEnum):
    """A lapsed promise is an open one, 60 days past its original day."""

    OPEN = "open"
    LAPSED = "lapsed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class DeliveryStatus(StrEnum):
    OPEN = "open"
    LAPSED = "lapsed"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETRACTED = "retracted"
