import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { QueryClient } from "@tanstack/react-query";
import type { TierReading } from "~/api/relationships";
import { TierBadge } from "~/components/marks";
import type { Format } from "~/text/format";
import type { CommonTexts } from "~/text/common";
import styles from "./log.module.css";
import { readingWith, type Saved, takeBack } from "./saving";

interface Telling {
  client: QueryClient;
  text: CommonTexts;
  format: Format;
  saved: Saved;
  before: TierReading | undefined;
  showWhy: () => void;
}

/** Say that it is logged and, as soon as it counts, what it changed; with a way back. */
export async function tell({ client, text, format, saved, before, showWhy }: Telling): Promise<void> {
  const id = saved.interaction.id;
  const close = () => notifications.hide(id);
  const undo = async () => {
    close();
    try {
      await takeBack(saved, text.log.undo);
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
          {saved.isFollowUpMissing && <div>{text.log.followUpFailed}</div>}
          {actions}
        </>
      ),
    });

  const isEvidence = saved.interaction.experience !== null || saved.interaction.findings !== null;
  show(isEvidence ? <span className="quiet">{text.log.counting}</span> : <span>{text.log.noEvidence}</span>, true);
  if (!isEvidence) return void show(<span>{text.log.noEvidence}</span>);

  const after = await readingWith(client, saved).catch(() => null);
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
