import { Alert, Button, Modal, MultiSelect, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { getHotkeyHandler } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { attributes } from "~/api/attributes";
import type { Schemas } from "~/api/client";
import { engagements } from "~/api/engagements";
import { optionsOf } from "~/api/enums";
import { useMe } from "~/api/me";
import { NoAnswer } from "~/api/problem";
import { tier, timelines } from "~/api/relationships";
import { useChange } from "~/components/change";
import { DayInput } from "~/components/DayInput";
import { failureText } from "~/components/notices";
import { attributes as attributeNames } from "~/text/attributes";
import { useLocale, useTranslated } from "~/text/locale";
import { attempted, type Draft, deleteDraft, freshDraft, isByFindings, lacks, localDay, type SentDraft, storedDraft, storeDraft } from "./draft";
import { ExperienceField } from "./ExperienceField";
import { KindField } from "./KindField";
import styles from "./log.module.css";
import { RelationshipField } from "./RelationshipField";
import { logInteraction } from "./logInteraction";
import { watchScore } from "./scoreAfter";
import { showLogged } from "./LoggedNotice";

interface LogDialogProps {
  relationshipId?: string;
  onClose: () => void;
}

export function LogDialog({ relationshipId, onClose }: LogDialogProps) {
  const { text } = useLocale();
  const userId = useMe()?.id ?? "";
  const [first] = useState(() => startOf(storedDraft(userId), relationshipId));
  return (
    <Modal opened onClose={onClose} title={text.log.title} size={760} closeButtonProps={{ "aria-label": text.shell.close }}>
      <LogForm first={first} userId={userId} onClose={onClose} />
    </Modal>
  );
}

/** What was being written goes on; but an untouched draft gives way to the relationship at hand. */
function startOf(stored: Draft | null, relationshipId: string | undefined): Draft {
  if (stored !== null && stored.summary.trim() !== "") return stored;
  return freshDraft(new Date(), relationshipId ?? null);
}

function LogForm({ first, userId, onClose }: { first: Draft; userId: string; onClose: () => void }) {
  const { text, format } = useLocale();
  const nameOf = useTranslated(attributeNames);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(first);
  const [isSubmitted, setSubmitted] = useState(false);
  const before = useQuery({ ...tier(draft.relationshipId ?? ""), enabled: draft.relationshipId !== null }).data;
  const projects = useQuery({ ...engagements(draft.relationshipId ?? ""), enabled: draft.relationshipId !== null }).data ?? [];
  const rated = (useQuery(attributes).data ?? []).filter((attribute) => attribute.rated_by !== "provider");
  const missing = isSubmitted ? lacks(draft) : [];

  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part, storedAt: new Date().toISOString() }));
  useEffect(() => {
    if (draft.storedAt !== null) storeDraft(userId, draft);
  }, [draft, userId]);

  const saving = useChange({
    run: async (sent: SentDraft) => {
      const watch = watchScore(client, sent.relationshipId ?? "");
      try {
        return { logged: await logInteraction(sent, userId), watch };
      } catch (error) {
        watch.end();
        throw error;
      }
    },
    onDone: ({ logged, watch }) => {
      deleteDraft(userId);
      onClose();
      const id = logged.interaction.relationship_id;
      void client.invalidateQueries({ queryKey: timelines(id) });
      void showLogged({ text, format, logged, watch, before, showWhy: () => void navigate({ to: "/relationships/$id", params: { id } }) });
    },
  });
  const submit = () => {
    setSubmitted(true);
    if (lacks(draft).length > 0 || saving.isPending || saving.isSuccess) return;
    const sent = attempted(draft, () => crypto.randomUUID());
    setDraft(sent);
    storeDraft(userId, sent);
    saving.mutate(sent);
  };
  const discard = () => {
    deleteDraft(userId);
    onClose();
  };
  const lackText = (lack: "relationship" | "summary" | "day") => (missing.includes(lack) ? text.log.required[lack] : undefined);

  return (
    <form
      className={styles["form"]}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={getHotkeyHandler([["mod+Enter", submit]])}
    >
      <div className={styles["first"]}>
        <RelationshipField
          value={draft.relationshipId}
          isFirst={first.relationshipId === null}
          error={lackText("relationship")}
          onChange={(relationshipId) => change({ relationshipId, engagementId: null })}
        />
        <KindField value={draft.kind} isFirst={first.relationshipId !== null} onChange={(kind) => change({ kind })} />
        <DayInput
          label={text.log.day}
          value={draft.on}
          maxDate={localDay(new Date(Date.now() + 86_400_000))}
          error={lackText("day")}
          onChange={(on) => on !== null && change({ on })}
        />
        <TextInput label={text.log.time} type="time" value={draft.at} onChange={(event) => change({ at: event.currentTarget.value })} />
      </div>
      <Textarea
        label={text.log.happened}
        autosize
        minRows={3}
        maxRows={10}
        maxLength={20_000}
        value={draft.summary}
        error={lackText("summary")}
        onChange={(event) => change({ summary: event.currentTarget.value })}
      />
      {isByFindings(draft.kind) ? (
        <Select
          label={text.log.findings}
          data={optionsOf(text.vocabulary.findings)}
          value={draft.findings}
          clearable
          onChange={(findings) => change({ findings })}
        />
      ) : (
        !(draft.kind === "note" && draft.isPrivate) && (
          <ExperienceField
            value={draft.experience}
            about={rated.filter((attribute) => draft.attributes.includes(attribute.key))}
            onChange={(experience) => change({ experience })}
          />
        )
      )}
      <div className={styles["pair"]}>
        <MultiSelect
          label={text.log.about}
          placeholder={draft.attributes.length === 0 ? text.log.aboutHint : undefined}
          data={grouped(rated, text.vocabulary.attributeGroup, nameOf)}
          value={draft.attributes}
          searchable
          hidePickedOptions
          selectFirstOptionOnChange
          maxValues={30}
          nothingFoundMessage={text.shell.nothing}
          onChange={(chosen) => change({ attributes: chosen })}
        />
        <Select
          label={text.log.project}
          placeholder={text.log.projectHint}
          data={projects.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.engagementId}
          clearable
          searchable
          nothingFoundMessage={text.shell.nothing}
          onChange={(engagementId) => change({ engagementId })}
        />
      </div>
      <div className={styles["followUp"]}>
        <TextInput
          label={text.log.followUp}
          placeholder={text.log.followUpHint}
          maxLength={300}
          value={draft.followUp}
          onChange={(event) => change({ followUp: event.currentTarget.value })}
        />
        <DayInput
          label={text.log.due}
          value={draft.dueOn}
          clearable
          disabled={draft.followUp.trim() === ""}
          onChange={(dueOn) => change({ dueOn })}
        />
      </div>
      {draft.kind === "note" && (
        <Switch
          label={text.log.private}
          description={text.log.privateHint}
          checked={draft.isPrivate}
          onChange={(event) => change({ isPrivate: event.currentTarget.checked })}
        />
      )}
      {saving.error !== null && (
        <Alert color="red" role="alert" variant="outline" title={saving.error instanceof NoAnswer ? undefined : text.log.failed}>
          {saving.error instanceof NoAnswer ? text.log.noAnswer : failureText(saving.error, "fields", saving.error.message)}
        </Alert>
      )}
      <div className={styles["foot"]}>
        <span className="quiet" role="status">
          {draft.storedAt !== null && text.log.draftKept(format.time(new Date(draft.storedAt)))}
        </span>
        {draft.storedAt !== null && <Button onClick={discard}>{text.log.discard}</Button>}
        <Button type="submit" variant="filled" loading={saving.isPending} aria-keyshortcuts="Control+Enter">
          {text.log.save}
        </Button>
      </div>
    </form>
  );
}

function grouped(rated: Schemas["AttributeOut"][], names: Record<string, string>, nameOf: (label: string) => string) {
  const groups = [...new Set(rated.map((attribute) => attribute.group))];
  return groups.map((group) => ({
    group: names[group] ?? group,
    items: rated.filter((attribute) => attribute.group === group).map(({ key, label }) => ({ value: key, label: nameOf(label) })),
  }));
}
