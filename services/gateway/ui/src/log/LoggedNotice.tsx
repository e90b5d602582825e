import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { RelationshipTier } from "~/api/relationships";
import { TierBadge } from "~/components/marks";
import type { Format } from "~/text/format";
import type { CommonTexts } from "~/text/common";
import styles from "./log.module.css";
import { type Logged, undoLogging } from "./logInteraction";
import type { ScoreWatch } from "./scoreAfter";

interface LoggedNotice {
  text: CommonTexts;
  format: Format;
  logged: Logged;
  watch: ScoreWatch;
  before: RelationshipTier | undefined;
  showWhy: () => void;
}

/** Says that it is logged and, as soon as it counts, what it changed; with a way back. */
export async function showLogged({ text, format, logged, watch, before, showWhy }: LoggedNotice): Promise<void> {
  const id = logged.interaction.id;
  const close = () => notifications.hide(id);
  const undo = async () => {
    close();
    try {
      await undoLogging(logged, text.log.undo);
      notifications.show({ message: text.log.undone });
    } catch {
      notifications.show({ message: text.log.notUndone, color: "red" });
    }
  };
  const actions = (
    <div className={styles["toastActions"]}>
      <Button onClick={() => void undo()}>{text.log.undo}</Button>
      <Button
        onClick={() => {
          close();
          showWhy();
        }}
      >
        {text.log.why}
      </Button>
    </div>
  );
  const show = (what: React.ReactNode, isFirst = false) =>
    notifications[isFirst ? "show" : "update"]({
      id,
      color: "ink",
      autoClose: isFirst ? false : 12_000,
      closeButtonProps: { "aria-label": text.shell.close },
      message: (
        <>
          <div className={styles["toast"]}>
            <span>{text.log.logged} </span>
            {what}
          </div>
          {logged.isFollowUpMissing && <div>{text.log.followUpFailed}</div>}
          {actions}
        </>
      ),
    });

  const isEvidence = logged.interaction.experience !== null || logged.interaction.findings !== null;
  show(isEvidence ? <span className="quiet">{text.log.counting}</span> : <span>{text.log.noEvidence}</span>, true);
  if (!isEvidence) {
    watch.end();
    return void show(<span>{text.log.noEvidence}</span>);
  }

  const after = await watch.after(logged.interaction);
  if (after === null) return void show(<span>{text.log.late}</span>);
  show(
    <>
      {before !== undefined && <b>{format.points(before.score)} → </b>}
      <b>{format.points(after.score)}, </b>
      <span>{before !== undefined && before.tier !== after.tier ? text.log.now : text.log.still} </span>
      <TierBadge tier={after.tier} />
      {before !== undefined && (
        <span className="quiet"> {text.log.lower(format.points(100 * before.lower), format.points(100 * after.lower))}</span>
      )}
    </>,
  );
}
