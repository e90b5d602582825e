"""What mails say, by language and template. No text quotes an answer."""

from typing import NamedTuple


class Text(NamedTuple):
    """A subject, paragraphs and what the button says; null where the mail has no link."""

    subject: str
    paragraphs: tuple[str, ...]
    action: str | None


SALUTATION = {"en": "Hello {name},", "de": "Guten Tag {name},"}
CLOSING = {
    "en": "Entente sent this because you are named for this scorecard. Nobody reads answers to it.",
    "de": "Entente hat dies gesendet, weil Sie für diese Bewertung benannt sind. Antworten liest niemand.",
}
LINK_NOTE = {
    "en": "The link is yours alone, opens this one scorecard and works until {expires_on}. Do not pass it on.",
    "de": "Der Link gilt nur für Sie und diese eine Bewertung, bis {expires_on}. Bitte geben Sie ihn nicht weiter.",
}

_REVIEW = "{sponsor} – {provider}, {starts_on} – {ends_on}"
TEXTS: dict[str, dict[str, Text]] = {
    "en": {
        "opened": Text(
            f"Please rate: {_REVIEW}",
            (
                "The scorecard of {sponsor} and {provider} for {starts_on} to {ends_on} is open.",
                "Please answer it by {due_on}. Neither side sees the other's answers before both have submitted "
                "or the due date has come.",
            ),
            "Open the scorecard",
        ),
        "reminder": Text(
            f"Due {{due_on}}: {_REVIEW}",
            ("The scorecard of {sponsor} and {provider} for {starts_on} to {ends_on} is due on {due_on}.",),
            "Open the scorecard",
        ),
        "escalation": Text(
            f"Overdue: {_REVIEW}",
            (
                "The scorecard of {sponsor} and {provider} for {starts_on} to {ends_on} was due on {due_on} "
                "and is not submitted.",
            ),
            "Open the scorecard",
        ),
        "link": Text(
            f"You are asked to rate: {_REVIEW}",
            (
                "You are asked to rate how {sponsor} and {provider} worked together from {starts_on} to {ends_on}, "
                "by {due_on}. You need no account.",
            ),
            "Open the scorecard",
        ),
        "disputed": Text(
            f"Disputed: {_REVIEW}",
            ("The scorecard of {sponsor} and {provider} for {starts_on} to {ends_on} is disputed.",),
            "Read the dispute",
        ),
        "signing_code": Text(
            "Your code to sign",
            (
                "{code} is your code to sign the scorecard of {sponsor} and {provider} for {starts_on} to {ends_on}.",
                "It works once, for 15 minutes. If you did not ask for it, tell nobody.",
            ),
            None,
        ),
    },
    "de": {
        "opened": Text(
            f"Bitte bewerten: {_REVIEW}",
            (
                "Die Bewertung von {sponsor} und {provider} für {starts_on} bis {ends_on} ist offen.",
                "Bitte füllen Sie sie bis {due_on} aus. Keine Seite sieht die Antworten der anderen, bevor beide "
                "abgegeben haben oder der Termin erreicht ist.",
            ),
            "Bewertung öffnen",
        ),
        "reminder": Text(
            f"Fällig am {{due_on}}: {_REVIEW}",
            ("Die Bewertung von {sponsor} und {provider} für {starts_on} bis {ends_on} ist am {due_on} fällig.",),
            "Bewertung öffnen",
        ),
        "escalation": Text(
            f"Überfällig: {_REVIEW}",
            (
                "Die Bewertung von {sponsor} und {provider} für {starts_on} bis {ends_on} war am {due_on} fällig "
                "und ist nicht abgegeben.",
            ),
            "Bewertung öffnen",
        ),
        "link": Text(
            f"Ihre Bewertung ist gefragt: {_REVIEW}",
            (
                "Bitte bewerten Sie bis {due_on}, wie {sponsor} und {provider} von {starts_on} bis {ends_on} "
                "zusammengearbeitet haben. Sie brauchen kein Konto.",
            ),
            "Bewertung öffnen",
        ),
        "disputed": Text(
            f"Bestritten: {_REVIEW}",
            ("Die Bewertung von {sponsor} und {provider} für {starts_on} bis {ends_on} wird bestritten.",),
            "Einwand lesen",
        ),
        "signing_code": Text(
            "Ihr Code zum Unterzeichnen",
            (
                "{code} ist Ihr Code, um die Bewertung von {sponsor} und {provider} für {starts_on} bis {ends_on} "
                "zu unterzeichnen.",
                "Er gilt einmal und 15 Minuten lang. Haben Sie ihn nicht angefordert, geben Sie ihn niemandem.",
            ),
            None,
        ),
    },
}
