import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createContext, use, useState } from "react";
import { type MappingForm, tomlOf } from "./mapping";
import { type ImportJob, importJob, importsList } from "~/api/imports";
import { upload } from "~/api/importUpload";
import { useChange } from "~/components/change";

/** The file at hand and what its columns mean, kept while one goes between mapping and report. */
export interface ImportDraft {
  file: File | null;
  /** Null until a first look has suggested one. */
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

/** Sends a file, says how far that is, and goes to its report. */
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

/** Saves a mapping as a file, as the command line takes it. */
export function downloadMapping(form: MappingForm, fileName: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([tomlOf(form)], { type: "application/toml" }));
  link.download = `${fileName.replace(/\.csv(\.gz)?$/i, "") || "deliveries"}.mapping.toml`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
