import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createContext, use, useState } from "react";
import { type MappingForm, tomlOf } from "./mapping";
import { type ImportJob, importJob, importsList } from "~/api/imports";
import { upload } from "~/api/importUpload";
import { useChange } from "~/components/change";

/** The file at hand and what its columns mean, kept while one goes between mapping and report. */
export interface Work {
  file: File | null;
  /** Null until a first look has suggested one. */
  form: MappingForm | null;
  isSuggested: boolean;
}

interface AtWork extends Work {
  set: (part: Partial<Work>) => void;
}

export const WorkContext = createContext<AtWork | null>(null);

export function useWork(): AtWork {
  const work = use(WorkContext);
  if (work === null) throw new Error("no work");
  return work;
}

interface Sent {
  file: File;
  mapping: string;
  isDryRun: boolean;
}

/** Sends a file, says how far that is, and goes to its report. */
export function useSending() {
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
export function saveMapping(form: MappingForm, fileName: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([tomlOf(form)], { type: "application/toml" }));
  link.download = `${fileName.replace(/\.csv(\.gz)?$/i, "") || "deliveries"}.mapping.toml`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
