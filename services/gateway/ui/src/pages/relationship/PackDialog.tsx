import { Alert, Button, Modal, SegmentedControl, Select } from "@mantine/core";
import { useState } from "react";
import { api } from "~/api/client";
import { NoAnswer } from "~/api/problem";
import { useChange } from "~/components/change";
import { quarterEnds, quarterName, quarterStart } from "~/components/days";
import { useFailureText } from "~/components/notices";
import { useLocale, useTexts } from "~/text/locale";
import { packs } from "~/text/packs";
import styles from "./Relationship.module.css";

const FORMATS = ["pdf", "pptx", "xlsx"] as const;
const AUDIENCES = ["internal", "external"] as const;
const QUARTERS = 8;

type Format = (typeof FORMATS)[number];
type Audience = (typeof AUDIENCES)[number];

/** Which business review is wanted; the file comes as a download. */
export function PackDialog({ id, today, onClose }: { id: string; today: string; onClose: () => void }) {
  const { text } = useLocale();
  const words = useTexts(packs);
  const failureText = useFailureText();
  const ends = quarterEnds(today, QUARTERS);
  const [to, setTo] = useState(ends[0] ?? today);
  const [audience, setAudience] = useState<Audience>("internal");
  const [format, setFormat] = useState<Format>("pdf");
  const making = useChange({
    run: async () => {
      const { data, response } = await api.GET("/api/v1/relationships/{relationship_id}/packs", {
        params: { path: { relationship_id: id }, query: { period_starts_on: quarterStart(to), period_ends_on: to, format, audience } },
        parseAs: "blob",
      });
      if (data === undefined) throw new NoAnswer();
      save(data, response.headers.get("content-disposition") ?? "", format);
    },
    onDone: onClose,
  });
  return (
    <Modal opened onClose={onClose} size={440} title={words.title} closeButtonProps={{ "aria-label": text.shell.close }}>
      <form
        className={styles["pack"]}
        onSubmit={(event) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <p className="quiet">{words.lead}</p>
        <Select
          label={words.period}
          data={ends.map((end) => ({ value: end, label: quarterName(end) }))}
          value={to}
          onChange={(chosen) => chosen !== null && setTo(chosen)}
          allowDeselect={false}
          data-autofocus
        />
        <div>
          <span className={styles["packLabel"]}>{words.audience}</span>
          <SegmentedControl
            fullWidth
            aria-label={words.audience}
            value={audience}
            data={AUDIENCES.map((value) => ({ value, label: words.audiences[value] }))}
            onChange={setAudience}
          />
          <p className="quiet">{words[audience]}</p>
        </div>
        <div>
          <span className={styles["packLabel"]}>{words.format}</span>
          <SegmentedControl
            fullWidth
            aria-label={words.format}
            value={format}
            data={FORMATS.map((value) => ({ value, label: words.formats[value] }))}
            onChange={setFormat}
          />
        </div>
        {making.error !== null && (
          <Alert color="red" role="alert">
            {failureText(making.error, "detail")}
          </Alert>
        )}
        <Button type="submit" variant="filled" loading={making.isPending}>
          {words.download}
        </Button>
      </form>
    </Modal>
  );
}

function save(file: Blob, disposition: string, format: Format): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = /filename="([^"]+)"/.exec(disposition)?.[1] ?? `business-review.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
