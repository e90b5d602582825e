import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import { byCursor } from "./pages";

export type Preview = Schemas["PreviewOut"];
export type ImportJob = Schemas["ImportOut"];

/** Twenty lines are shown; a quarter of a megabyte holds them, compressed or not. */
const SAMPLE_BYTES = 256 * 1024;
/** The end of a workbook says where its parts are, so it is sent whole. */
const WORKBOOK = /\.(xlsx|xlsm|xls)$/i;
const FOLLOW_MS = 500;

function beginningOf(file: File | null): Blob {
  if (file === null) return new Blob();
  return WORKBOOK.test(file.name) ? file : file.slice(0, SAMPLE_BYTES);
}

export const preview = (file: File | null, toml: string) =>
  queryOptions({
    queryKey: ["import-preview", file?.name, file?.size, file?.lastModified, toml],
    queryFn: ({ signal }) => {
      const form = new FormData();
      form.set("file", beginningOf(file), file?.name);
      form.set("mapping", toml);
      return unwrap(api.POST("/api/v1/imports/previews", { body: { file: "", mapping: "" }, bodySerializer: () => form, signal }));
    },
    enabled: file !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });

export const importsList = infiniteQueryOptions({
  queryKey: ["imports", "list"],
  queryFn: ({ pageParam, signal }) => unwrap(api.GET("/api/v1/imports", { params: { query: { after: pageParam, limit: 20 } }, signal })),
  ...byCursor,
  refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some(isUnderWay)) ? FOLLOW_MS * 4 : false),
});

export const importJob = (id: string) =>
  queryOptions({
    queryKey: ["imports", id, "job"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/imports/{import_id}", { params: { path: { import_id: id } }, signal })),
    refetchInterval: (query) => (query.state.data !== undefined && isUnderWay(query.state.data) ? FOLLOW_MS : false),
  });

export interface RefusalFilters {
  q?: string;
  column?: string;
  code?: string;
}

export const refusals = (id: string, filters: RefusalFilters) =>
  infiniteQueryOptions({
    queryKey: ["imports", id, "refusals", filters],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/imports/{import_id}/refusals", {
          params: { path: { import_id: id }, query: { ...filters, after: pageParam, limit: 200 } },
          signal,
        }),
      ),
    ...byCursor,
    placeholderData: keepPreviousData,
  });

export const refusalReasons = (id: string) =>
  queryOptions({
    queryKey: ["imports", id, "reasons"],
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/v1/imports/{import_id}/refusal-reasons", { params: { path: { import_id: id } }, signal }))).items,
  });

export function isUnderWay({ status }: Pick<Schemas["ImportSummary"], "status">): boolean {
  return status === "queued" || status === "running";
}
