import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createContext, use, useState } from "react";
import { type MappingForm, tomlOf } from "./mapping";
import { type ImportJob, importJob, importsList } from "~/api/imports";
import { upload } from "~/api/importUpload";
import { useChange } from "~/components/change";

/** The chosen file and its mapping, which stay while a person goes between mapping and report. */
export interface ImportDraft {
  file: File | null;
  /** Null until one has been suggested from the first lines. */
  form: MappingForm | null;
  isSuggested: boolean;
}

interface EditedImportDraft extends ImportDraft {
  set: (part: Partial<ImportDraft>) => void;
}

export const ImportDraftContext = createContext<EditedImportDraft | null>(null);

export function useImportDraft(): EditedImportDraft {
  const draft = use(ImportDraftContext);
  if (draft === null) throw new Error("no import draft");
  return draft;
}

interface Sent {
  file: File;
  mapping: string;
  isDryRun: boolean;
}

/** Uploads a file, with the part sent so far in 0..1, then opens its report. */
export function useImportUpload() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [part, setPart] = useState(0);
  const sending = useChange({
    run: (sent: Sent): Promise<ImportJob> => {
      setPart(0);
      return upload({ ...sent, key: crypto.randomUUID() }, setPart);
    },
    invalidates: [importsList.queryKey],
    onDone: (job) => {
      client.setQueryData(importJob(job.id).queryKey, job);
      void navigate({ to: "/import/$id", params: { id: job.id } });
    },
  });
  return { sending, part };
}

/** Downloads a mapping as the TOML file that the command line reads. */
export function downloadMapping(form: MappingForm, fileName: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([tomlOf(form)], { type: "application/toml" }));
  link.download = `${fileName.replace(/\.(csv|tsv|txt|xlsx|xlsm|xls)(\.gz)?$/i, "") || "deliveries"}.mapping.toml`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
