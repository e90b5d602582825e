/** Every value of an enum of the API, in this order: the compiler refuses a list that lacks one or has another. */
export function valuesOf<Value extends string>(all: Record<Value, true>): Value[] {
  return keysOf(all);
}

/** The value among these, where it is one of them. */
export function oneOf<Value extends string>(value: unknown, among: readonly Value[]): Value | undefined {
  return among.find((each) => each === value);
}

/** What a select offers, from the labels of an enum. */
export function optionsOf<Value extends string>(labels: Record<Value, string>): { value: Value; label: string }[] {
  return keysOf(labels).map((value) => ({ value, label: labels[value] }));
}

/** The label of a value; undefined where it has none, as one that a newer API may have. */
export function labelOf<Label>(labels: Readonly<Record<string, Label>>, value: string): Label | undefined {
  return labels[value];
}

function keysOf<Key extends string>(of: Record<Key, unknown>): Key[] {
  // `Object.keys` is typed for objects that may have more keys than their type says; these are written out where they are made.
  return Object.keys(of) as Key[];
}
