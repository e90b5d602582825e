import { useEffect, useState, useSyncExternalStore } from "react";
import { type Api, type Schemas, unwrap } from "~/api/client";
import type { Card } from "~/api/scorecards";
import { useChange } from "~/components/change";
import { type Keeper, keepSheet, type SheetState } from "./keeping";
import { forgetAnswers, keepAnswers, keptAnswers } from "./kept";

/** By what a card is answered: a session or a link, and under whose name answers are kept on this device. */
export interface Access {
  api: Api;
  who: string;
  isLink: boolean;
}

export type Sheet = SheetState & Pick<Keeper, "change" | "flush" | "settle">;

/** The caller's answers to a card, saving themselves while the page is open. */
export function useSheet(card: Card, first: Schemas["RatingsOut"], { api, who }: Access): Sheet {
  const params = { path: { scorecard_id: card.id } };
  const { mutateAsync } = useChange({
    run: ({ body, version }: { body: Schemas["PutRatings"]; version: number }) =>
      unwrap(api.PUT("/api/v1/scorecards/{scorecard_id}/ratings", { params: { ...params, header: { "If-Match": `"${version}"` } }, body })),
  });
  const [keeper] = useState(() => {
    const key = `${who}-${card.id}`;
    return keepSheet(first, card.questions, {
      put: (body, version) => mutateAsync({ body, version }),
      read: () => unwrap(api.GET("/api/v1/scorecards/{scorecard_id}/ratings", { params })),
      kept: () => keptAnswers(key),
      keep: (answers, version) => keepAnswers(key, answers, version),
      forget: () => forgetAnswers(key),
    });
  });
  useEffect(() => {
    const send = () => void keeper.flush();
    send(); // what was kept the last time
    window.addEventListener("online", send);
    return () => {
      window.removeEventListener("online", send);
      send();
    };
  }, [keeper]);
  const { change, flush, settle } = keeper;
  return { ...useSyncExternalStore(keeper.subscribe, keeper.state), change, flush, settle };
}
