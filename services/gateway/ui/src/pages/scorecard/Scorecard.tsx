import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { api } from "~/api/client";
import { keys } from "~/api/keys";
import { useMe } from "~/api/me";
import { type Card, card as cardOf } from "~/api/scorecards";
import { CardStatus, isLate, sidesOf } from "~/components/CardStatus";
import { useNotices } from "~/components/notices";
import { Failed, Loading, State } from "~/components/states";
import { useTitle } from "~/components/title";
import { Raters } from "~/rating/Raters";
import { RatingForm } from "~/rating/RatingForm";
import { Signing } from "~/rating/Signing";
import { useLocale, useTexts } from "~/text/locale";
import { rating as ratingTexts } from "~/text/rating";
import { reviews as reviewsTexts } from "~/text/reviews";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import { History } from "./History";
import { CardActions } from "./CardActions";
import { RatingLinks } from "./RatingLinks";
import styles from "./Scorecard.module.css";

// Raters need no charts, so these are not loaded for them.
const Outcome = lazy(() => import("./Outcome").then((module) => ({ default: module.Outcome })));

export function Scorecard() {
  const { card } = useParams({ from: "/signed-in/scorecards/$card" });
  return <OneCard key={card} id={card} />;
}

function OneCard({ id }: { id: string }) {
  const notices = useNotices();
  const ratingWords = useTexts(ratingTexts);
  const client = useQueryClient();
  const me = useMe();
  const asked = useQuery(cardOf(id));
  const card = asked.data;
  const names = card === undefined ? undefined : sidesOf(card);
  useTitle(names && ratingWords.rates(names.who, names.whom));
  if (asked.error !== null && card === undefined) return <Failed error={asked.error} reset={() => void asked.refetch()} />;
  if (card === undefined || names === undefined || me === undefined) return <Loading lines={12} />;

  const became = (changed: Card, said?: string) => {
    if (said !== undefined) notices.showDone(said);
    client.setQueryData(cardOf(id).queryKey, changed);
    void client.invalidateQueries({ queryKey: keys.reviews });
  };
  const access = { api, who: me.id, isLink: false };
  const rates = card.may.includes("rate");
  return (
    <>
      <Head card={card} />
      {rates && <RatingForm card={card} access={access} onSubmitted={(changed) => became(changed, ratingWords.submitted)} />}
      {!rates && card.status === "draft" && <Waiting card={card} me={me.id} />}
      {card.may.includes("sign") && <Signing card={card} access={access} onSigned={(changed) => became(changed, ratingWords.signed)} />}
      {card.status !== "draft" && (
        <Suspense fallback={<Loading lines={12} isTall />}>
          <Outcome card={card} />
        </Suspense>
      )}
      <CardActions card={card} onChanged={became} />
      {card.may.includes("link") && <RatingLinks card={card} />}
      {card.content !== null && card.version > 1 && <History id={id} version={card.version} />}
    </>
  );
}

function Head({ card }: { card: Card }) {
  const { format } = useLocale();
  const reviewsWords = useTexts(reviewsTexts);
  const ratingWords = useTexts(ratingTexts);
  const words = useTexts(scorecardTexts);
  const { who, whom } = sidesOf(card);
  const late = isLate(card, new Date().toISOString().slice(0, 10));
  return (
    <>
      <div className={styles["crumbs"]}>
        <Link to="/reviews">{reviewsWords.title}</Link> / {card.period_name}
      </div>
      <div className={styles["head"]}>
        <h1>{ratingWords.rates(who, whom)}</h1>
        <span className={styles["chip"]}>
          <CardStatus status={card.status} />
        </span>
        {card.status === "draft" && (
          <span className={styles["chip"]} data-is={late ? "bad" : undefined}>
            {(late ? ratingWords.late : ratingWords.due)(format.day(card.due_on))}
          </span>
        )}
        {card.revision > 1 && <span className={styles["chip"]}>{words.revision(card.revision)}</span>}
        {card.other_sides.map((other) => (
          <Link key={other.id} to="/scorecards/$card" params={{ card: other.id }} className={styles["chip"]}>
            {words.otherSide(words.status[other.status])}
          </Link>
        ))}
        <Link to="/relationships/$id" params={{ id: card.relationship_id }} className={styles["chip"]}>
          {words.relationship}
        </Link>
      </div>
    </>
  );
}

function Waiting({ card, me }: { card: Card; me: string }) {
  const { format } = useLocale();
  const scorecardWords = useTexts(scorecardTexts);
  return (
    <>
      <section className="panel">
        <State title={scorecardWords.waiting} lead={scorecardWords.waitingLead(format.longDay(card.due_on))} />
      </section>
      <Raters card={card} me={me} />
    </>
  );
}
