import type { QueryClient } from "@tanstack/react-query";
import { emptyForm, type MappingForm, suggested, tomlOf } from "./mapping";
import { preview } from "~/api/imports";

/** The form that a file's first lines suggest; the server finds how the file is written. */
export async function suggestMapping(client: QueryClient, file: File): Promise<MappingForm> {
  const form = emptyForm();
  const seen = await client.fetchQuery(preview(file, tomlOf(form)));
  return suggested(form, seen.header, seen.records.map(({ cells }) => cells), seen.amounts);
}
