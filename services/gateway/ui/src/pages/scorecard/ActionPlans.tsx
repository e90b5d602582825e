import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { actionPlans } from "~/api/actionPlans";
import { api, type Schemas } from "~/api/client";
import { mayWrite, useMe } from "~/api/me";
import type { Card } from "~/api/scorecards";
import { useChange } from "~/components/change";
import { useNotices } from "~/components/notices";
import { gapText } from "~/components/perception/sentences";
import { attributes as attributeNames } from "~/text/attributes";
import { useLocale, useTranslated, useTexts } from "~/text/locale";
import { perception as perceptionTexts } from "~/text/perception";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import styles from "./Scorecard.module.css";

const ActionPlanDialog = lazy(() => import("./ActionPlanDialog").then((module) => ({ default: module.ActionPlanDialog })));

type Plan = Schemas["ActionPlanOut"];

interface ActionPlansProps {
  card: Card;
  /** The attribute for which a plan is being written. */
  planned: string | null;
  onPlanned: () => void;
}

/** Action plans for the low answers of this card, with their effect. */
export function ActionPlans({ card, planned, onPlanned }: ActionPlansProps) {
  const words = useTexts(scorecardTexts);
  const isWriter = mayWrite(useMe());
  const plans = (useQuery(actionPlans(card.relationship_id)).data ?? []).filter((plan) => plan.scorecard_id === card.id);
  const said = useTranslated(attributeNames);
  const label = (attribute: string) => said(card.questions.find((question) => question.attribute === attribute)?.label ?? attribute);
  if (plans.length === 0 && planned === null && !["published", "disputed", "resolved"].includes(card.status)) return null;
  return (
    <section className={`panel ${styles["panelIn"]}`} aria-labelledby="plans">
      <h2 id="plans">{words.plans}</h2>
      <p className="quiet">{plans.length === 0 ? words.noPlans : words.plansLead}</p>
      <ul className={styles["links"]}>
        {plans.map((plan) => (
          <OnePlan key={plan.id} plan={plan} label={label(plan.attribute)} isWriter={isWriter} />
        ))}
      </ul>
      <Suspense>
        {planned !== null && (
          <ActionPlanDialog
            card={card}
            attribute={planned}
            label={label(planned)}
            onClose={onPlanned}
            onSaved={onPlanned}
          />
        )}
      </Suspense>
    </section>
  );
}

function OnePlan({ plan, label, isWriter }: { plan: Plan; label: string; isWriter: boolean }) {
  const { format } = useLocale();
  const notices = useNotices();
  const words = useTexts(scorecardTexts);
  const gapWords = useTexts(perceptionTexts);
  const invalidates = [actionPlans(plan.relationship_id).queryKey];
  const params = { path: { action_plan_id: plan.id } };
  const versioned = { params: { ...params, header: { "If-Match": `"${plan.version}"` } } };
  const restoring = useChange({
    run: () => api.POST("/api/v1/action-plans/{action_plan_id}/restoration", { params }),
    invalidates,
    onDone: () => notices.showDone(words.restored),
    failureNotice: "title",
  });
  const doing = useChange({
    run: async (action: "done" | "open" | "remove") => {
      if (action === "done") await api.POST("/api/v1/action-plans/{action_plan_id}/completion", { params, body: { done_on: new Date().toISOString().slice(0, 10) } });
      if (action === "open") await api.PATCH("/api/v1/action-plans/{action_plan_id}", { ...versioned, body: { done_on: null } });
      if (action === "remove") await api.DELETE("/api/v1/action-plans/{action_plan_id}", versioned);
    },
    invalidates,
    onDone: (_, action) => action === "remove" && notices.showUndo(words.removed, { label: words.undo, run: () => restoring.mutate() }),
    failureNotice: "title",
  });
  return (
    <li>
      <span>
        <strong>{label}</strong>: {plan.what}{" "}
        <span className="quiet">
          {plan.done_on === null ? words.planDue(format.day(plan.due_on)) : words.planDone(format.day(plan.done_on))},{" "}
          {plan.effect.steps === null ? words.effectNone : words.effect(gapText(plan.effect.steps, gapWords, format))}
        </span>
      </span>
      {isWriter && (
        <span className={styles["buttons"]}>
          <Button size="compact-xs" onClick={() => doing.mutate(plan.done_on === null ? "done" : "open")}>
            {plan.done_on === null ? words.complete : words.openAgain}
          </Button>
          <Button size="compact-xs" variant="subtle" color="ink" onClick={() => doing.mutate("remove")}>
            {words.remove}
          </Button>
        </span>
      )}
    </li>
  );
}
