import { expect, test } from "vitest";
import gateway from "../../../../../shared/contracts/gateway.openapi.json";
import { PASSWORD_MIN_CHARACTERS } from "./limits";

test("a form states the shortest password that the API accepts", () => {
  const { SetUp, ChangePassword, CreateUser } = gateway.components.schemas;
  const bounds = [SetUp.properties.password, ChangePassword.properties.new, CreateUser.properties.password].map(({ minLength }) => minLength);

  expect(bounds).toEqual([PASSWORD_MIN_CHARACTERS, PASSWORD_MIN_CHARACTERS, PASSWORD_MIN_CHARACTERS]);
});
