/** Every value of an enum of the API, in this order: the compiler refuses a list that lacks one or has another. */
export function valuesOf<Value extends string>(all: Record<Value, true>): Value[] {
  // `Object.keys` is typed for objects that may have more keys than their type says; this one is written out at the call.
  return Object.keys(all) as Value[];
}

/** The value among these, where it is one of them. */
export function oneOf<Value extends string>(value: unknown, among: readonly Value[]): Value | undefined {
  return among.find((each) => each === value);
}

/** What a select offers, from the labels of an enum. */
export function optionsOf<Value extends string>(labels: Record<Value, string>): { value: Value; label: string }[] {
  return valuesIn(labels).map((value) => ({ value, label: labels[value] }));
}

function valuesIn<Value extends string>(labels: Record<Value, string>): Value[] {
  return Object.keys(labels) as Value[];
}
