import { type QueryKey, useMutation, type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import { useNotices } from "./notices";

interface Change<Data, Input> {
  run: (input: Input) => Promise<Data>;
  /** Begin of the keys of the queries that hold what is changed: they are read again once it is done, and the change is pending until then. */
  invalidates?: readonly QueryKey[];
  /** Read them again after a failure too: for changes in several steps, and where another may have done it meanwhile. */
  invalidatesAlways?: boolean;
  onDone?: (data: Data, input: Input) => void;
  onFailure?: (error: Error) => unknown;
  /** Which part of a refusal a notice shows; without it the failure is for the component to show, as `error`. */
  failureNotice?: "title" | "detail";
}

/** Something that a person changes: sends it, reads again what it makes stale, and shows where it failed. */
export function useChange<Data, Input = void>(change: Change<Data, Input>): UseMutationResult<Data, Error, Input> {
  const client = useQueryClient();
  const notices = useNotices();
  const readAgain = () => Promise.all((change.invalidates ?? []).map((queryKey) => client.invalidateQueries({ queryKey })));
  return useMutation({
    mutationFn: change.run,
    onSuccess: (data, input) => {
      change.onDone?.(data, input);
      return change.invalidatesAlways ? undefined : readAgain();
    },
    onError: (error) => {
      if (change.failureNotice !== undefined) notices.showFailure(error, change.failureNotice);
      return change.onFailure?.(error);
    },
    onSettled: () => (change.invalidatesAlways ? readAgain() : undefined),
  });
}
