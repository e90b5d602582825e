/** Bounds that the API sets and that a form states beforehand. A test compares them with the OpenAPI document. */

export const PASSWORD_MIN_CHARACTERS = 12;
