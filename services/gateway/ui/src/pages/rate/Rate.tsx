import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Api, apiByLink, type Schemas } from "~/api/client";
import { Problem } from "~/api/problem";
import { linkOfToken } from "~/api/ratingLinks";
import { type Card, card as cardOf } from "~/api/scorecards";
import { CardStatus, isLate, sidesOf } from "~/components/CardStatus";
import { TierMark } from "~/components/marks";
import { Failed, Loading, State } from "~/components/states";
import { useTitle } from "~/components/title";
import { RatingForm } from "~/rating/RatingForm";
import { Signatures } from "~/rating/Signatures";
import { Signing } from "~/rating/Signing";
import { rating as ratingTexts } from "~/text/rating";
import { reviews as reviewsTexts } from "~/text/reviews";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./Rate.module.css";

/** The token of the rating link, from the fragment of the address. It is sent in a header only: never in a path, a query or a store. */
function tokenOf(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

/** One card for a contact without an account, opened by the link that was mailed to them. */
export function Rate() {
  const { text } = useLocale();
  const reviewsWords = useTexts(reviewsTexts);
  const [token] = useState(() => tokenOf(window.location.hash));
  const [api] = useState(() => apiByLink(token));
  useTitle(reviewsWords.byLink.title);
  return (
    <div className={styles["frame"]}>
      <header className={styles["top"]}>
        <span className={styles["brand"]}>
          <TierMark tier="strategic" size={16} />
          {text.shell.name}
        </span>
        <Language />
      </header>
      <main className={styles["main"]}>{token === "" ? <State isPage title={reviewsWords.byLink.none} lead={reviewsWords.byLink.noneLead} /> : <Entered api={api} />}</main>
    </div>
  );
}

function Language() {
  const { language, setLanguage } = useLocale();
  const other = language === "en" ? "de" : "en";
  return (
    <Button variant="subtle" color="ink" lang={other} onClick={() => setLanguage(other)}>
      {other === "de" ? "Deutsch" : "English"}
    </Button>
  );
}

function Entered({ api }: { api: Api }) {
  const words = useTexts(reviewsTexts).byLink;
  const link = useQuery(linkOfToken(api));
  const { error } = link;
  if (error instanceof Problem && error.slug === "rating-link-expired") return <State isPage title={words.expired} lead={words.expiredLead} isAlert />;
  if (error instanceof Problem && (error.status === 401 || error.status === 404)) return <State isPage title={words.none} lead={words.noneLead} isAlert />;
  if (error !== null && link.data === undefined) return <Failed error={error} reset={() => void link.refetch()} />;
  if (link.data === undefined) return <Loading lines={10} />;
  return <OneCard api={api} link={link.data} />;
}

function OneCard({ api, link }: { api: Api; link: Schemas["RatingLinkView"] }) {
  const { format } = useLocale();
  const ratingWords = useTexts(ratingTexts);
  const words = useTexts(reviewsTexts).byLink;
  const client = useQueryClient();
  const access = { api, who: link.contact_id, isLink: true };
  const query = cardOf(link.scorecard_id, api, access.who);
  const asked = useQuery({ ...query, refetchInterval: 60_000 });
  const card = asked.data;
  // A link that was revoked meanwhile is refused when its card is read.
  if (asked.error instanceof Problem && (asked.error.status === 404 || asked.error.status === 401)) return <State isPage title={words.none} lead={words.noneLead} isAlert />;
  if (asked.error !== null && card === undefined) return <Failed error={asked.error} reset={() => void asked.refetch()} />;
  if (card === undefined) return <Loading lines={10} />;

  const became = (changed: Card) => void client.setQueryData(query.queryKey, changed);
  const { who, whom } = sidesOf(card);
  const rates = card.may.includes("rate");
  const late = isLate(card, new Date().toISOString().slice(0, 10));
  return (
    <>
      <p className="quiet">{words.greeting(link.name, format.longDay(link.expires_at))}</p>
      <div className={styles["head"]}>
        <h1>{ratingWords.rates(who, whom)}</h1>
        <span className={styles["chip"]}>{card.period_name}</span>
        <span className={styles["chip"]}>
          <CardStatus status={card.status} />
        </span>
        {rates && <span className={styles["chip"]} data-is={late ? "bad" : undefined}>{(late ? ratingWords.late : ratingWords.due)(format.day(card.due_on))}</span>}
      </div>
      {rates && <RatingForm card={card} access={access} onSubmitted={became} />}
      {card.may.includes("sign") && <Signing card={card} access={access} onSigned={became} />}
      {!rates && (
        <section className="panel">
          <State title={words.over[card.status === "draft" ? "draft" : card.status === "submitted" ? "submitted" : "done"]} lead={words.overLead} />
        </section>
      )}
      <Signatures card={card} />
    </>
  );
}
