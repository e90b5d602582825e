import { Alert, Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas, unwrap } from "~/api/client";
import { contactsOf } from "~/api/contacts";
import { ratingLinks } from "~/api/ratingLinks";
import { relationship } from "~/api/relationships";
import type { Card } from "~/api/scorecards";
import { useChange } from "~/components/change";
import { useFailureText, useNotices } from "~/components/notices";
import { useLocale, useTexts } from "~/text/locale";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import styles from "./Scorecard.module.css";

/** Rating links of contacts of the rating side: sent and revoked. */
export function RatingLinks({ card }: { card: Card }) {
  const { text } = useLocale();
  const words = useTexts(scorecardTexts);
  const notices = useNotices();
  const failureText = useFailureText();
  const record = useQuery(relationship(card.relationship_id)).data;
  const accountId = (card.side === "sponsor" ? record?.sponsor_id : record?.provider_id) ?? "";
  const contacts = useQuery({ ...contactsOf(accountId), enabled: accountId !== "" }).data;
  const links = useQuery(ratingLinks(card.id)).data ?? [];
  const [contact, setContact] = useState<string | null>(null);
  const sending = useChange({
    run: (contact_id: string) => unwrap(api.POST("/api/v1/scorecards/{scorecard_id}/rating-links", { params: { path: { scorecard_id: card.id } }, body: { contact_id } })),
    invalidates: [ratingLinks(card.id).queryKey],
    onDone: () => {
      setContact(null);
      notices.showDone(words.sent);
    },
  });
  const named = (id: string) => contacts?.find((each) => each.id === id)?.name ?? words.unknownContact;
  return (
    <section className={`panel ${styles["panelIn"]}`} aria-labelledby="links">
      <h2 id="links">{words.links}</h2>
      <p className="quiet">{words.linksLead}</p>
      <ul className={styles["links"]}>
        {links.map((link) => (
          <OneLink key={link.id} link={link} name={contacts === undefined ? "…" : named(link.contact_id)} />
        ))}
      </ul>
      {contacts?.length === 0 ? (
        <p>{words.noContacts}</p>
      ) : (
        <div className={styles["send"]}>
          <Select
            label={words.contact}
            placeholder={words.contactHint}
            data={(contacts ?? []).map(({ id, name, email }) => ({ value: id, label: email === null ? `${name} (${words.noEmail})` : `${name}, ${email}`, disabled: email === null }))}
            searchable
            nothingFoundMessage={text.shell.nothing}
            value={contact}
            onChange={setContact}
          />
          <Button size="sm" disabled={contact === null} loading={sending.isPending} onClick={() => contact !== null && sending.mutate(contact)}>
            {words.send}
          </Button>
        </div>
      )}
      {sending.error !== null && (
        <Alert color="red" variant="outline" role="alert">
          {failureText(sending.error, "both")}
        </Alert>
      )}
    </section>
  );
}

function OneLink({ link, name }: { link: Schemas["RatingLinkOut"]; name: string }) {
  const { format } = useLocale();
  const words = useTexts(scorecardTexts);
  const [isAsked, setAsked] = useState(false);
  const revoking = useChange({
    run: () =>
      api.DELETE("/api/v1/scorecards/{scorecard_id}/rating-links/{rating_link_id}", {
        params: { path: { scorecard_id: link.scorecard_id, rating_link_id: link.id }, header: { "If-Match": `"${link.version}"` } },
      }),
    invalidates: [ratingLinks(link.scorecard_id).queryKey],
  });
  const isOver = new Date(link.expires_at) <= new Date();
  const state = link.revoked_at !== null ? words.revoked(format.day(link.revoked_at)) : (isOver ? words.expired : words.validUntil)(format.day(link.expires_at));
  return (
    <li>
      <span>
        {name} <span className="quiet">{state}</span>
      </span>
      {link.revoked_at === null && !isOver && (
        <Button size="compact-xs" loading={revoking.isPending} color={isAsked ? "red" : undefined} onClick={() => (isAsked ? revoking.mutate() : setAsked(true))} onBlur={() => setAsked(false)}>
          {isAsked ? words.revokeSure : words.revoke}
        </Button>
      )}
    </li>
  );
}
