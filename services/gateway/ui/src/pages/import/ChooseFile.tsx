import { Button, FileButton } from "@mantine/core";
import { type DragEvent, useRef, useState } from "react";
import { imports } from "~/text/imports";
import { useTexts } from "~/text/locale";
import styles from "./Import.module.css";
import { useImportDraft } from "./importDraft";

const KINDS = ".csv,.gz,.txt,.tsv,.xlsx,.xlsm,.xls,text/csv,application/gzip";

/** An area to drop a file on, with a button for those who choose it from a folder. */
export function FileDropZone() {
  const words = useTexts(imports);
  const { set } = useImportDraft();
  const [isOver, setOver] = useState(false);
  const [isTooMany, setTooMany] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file, ...others] = event.dataTransfer.files;
    setTooMany(others.length > 0);
    if (file !== undefined && others.length === 0) set({ file });
  };
  return (
    <div
      className={styles["drop"]}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
        <path d="M14 18V4m0 0-5 5m5-5 5 5M4 17v5a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-5" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      <div>
        <strong>{words.drop}</strong> <span className="quiet">{words.or}</span> <ChooseFile label={words.choose} isMain />
      </div>
      <p className="quiet">{words.dropHint}</p>
      {isTooMany && <p role="alert" className={styles["bad"]}>{words.notOne}</p>}
    </div>
  );
}

interface ChooseFileProps {
  label: string;
  isMain?: boolean;
  /** Called with the file; without it the file becomes the one to map. */
  onChoose?: (file: File) => void;
  kinds?: string;
}

export function ChooseFile({ label, isMain = false, onChoose, kinds = KINDS }: ChooseFileProps) {
  const { set } = useImportDraft();
  const reset = useRef<() => void>(null);
  const choose = (file: File | null) => {
    if (file === null) return;
    if (onChoose === undefined) set({ file });
    else onChoose(file);
    // The same file, corrected, may be chosen next.
    reset.current?.();
  };
  return (
    <FileButton accept={kinds} resetRef={reset} onChange={choose}>
      {(props) => (
        <Button {...props} variant={isMain ? "filled" : "default"}>
          {label}
        </Button>
      )}
    </FileButton>
  );
}
