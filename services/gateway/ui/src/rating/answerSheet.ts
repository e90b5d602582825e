import { useEffect, useState, useSyncExternalStore } from "react";
import { type Api, type Schemas, unwrap } from "~/api/client";
import type { Card } from "~/api/scorecards";
import { useChange } from "~/components/change";
import { type Autosave, autosave, type SheetState } from "./autosave";
import { deleteLocalDraft, localDraft, storeLocalDraft } from "./localDraft";

/** By what a card is answered: a session or a link, and under whose name answers are stored on this device. */
export interface Access {
  api: Api;
  who: string;
  isLink: boolean;
}

export type AnswerSheet = SheetState & Pick<Autosave, "change" | "flush" | "resolve">;

/** The reader's own answers to a card, saving themselves while the page is open. */
export function useAnswerSheet(card: Card, first: Schemas["RatingsOut"], { api, who }: Access): AnswerSheet {
  const params = { path: { scorecard_id: card.id } };
  const { mutateAsync } = useChange({
    run: ({ body, version }: { body: Schemas["PutRatings"]; version: number }) =>
      unwrap(api.PUT("/api/v1/scorecards/{scorecard_id}/ratings", { params: { ...params, header: { "If-Match": `"${version}"` } }, body })),
  });
  const [saver] = useState(() => {
    const key = `${who}-${card.id}`;
    return autosave(first, card.questions, {
      put: (body, version) => mutateAsync({ body, version }),
      read: () => unwrap(api.GET("/api/v1/scorecards/{scorecard_id}/ratings", { params })),
      localDraft: () => localDraft(key),
      store: (answers, version) => storeLocalDraft(key, answers, version),
      deleteDraft: () => deleteLocalDraft(key),
    });
  });
  useEffect(() => {
    const send = () => void saver.flush();
    send(); // what was stored the last time
    window.addEventListener("online", send);
    return () => {
      window.removeEventListener("online", send);
      send();
    };
  }, [saver]);
  const { change, flush, resolve } = saver;
  return { ...useSyncExternalStore(saver.subscribe, saver.state), change, flush, resolve };
}
