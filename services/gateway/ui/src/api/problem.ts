/** A refusal by the server, with its own reasons (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly slug: string,
    title: string,
    readonly detail: string,
    readonly fields: Record<string, string>,
  ) {
    super(title);
  }
}

/** No answer at all: no network, or no server there. Whether a write was done is not known. */
export class NoAnswer extends Error {}
