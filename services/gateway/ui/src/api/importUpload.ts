import { csrfHeaders, problemOf } from "./client";
import type { ImportJob } from "./imports";
import { NoAnswer } from "./problem";

export interface Upload {
  file: File;
  mapping: string;
  isDryRun: boolean;
  /** The same for one press of the button, so that an answer that is lost makes no second import. */
  key: string;
}

/** Sends a file of any size; `onProgress` receives the part that has gone, 0..1, which `fetch` does not report. */
export function upload({ file, mapping, isDryRun, key }: Upload, onProgress: (part: number) => void): Promise<ImportJob> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/imports");
    Object.entries({ ...csrfHeaders(), "Idempotency-Key": key }).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onerror = () => reject(new NoAnswer());
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as ImportJob);
      else void problemOf(new Response(request.responseText, { status: request.status, statusText: request.statusText })).then(reject);
    };
    const form = new FormData();
    form.set("file", file, file.name);
    form.set("mapping", mapping);
    form.set("dry_run", String(isDryRun));
    request.send(form);
  });
}
