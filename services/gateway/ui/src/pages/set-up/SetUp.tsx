import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, rememberCsrfToken, unwrap } from "~/api/client";
import { PASSWORD_MIN_CHARACTERS } from "~/api/limits";
import { me, setUpState } from "~/api/me";
import { Problem } from "~/api/problem";
import { useChange } from "~/components/change";
import { SignInFrame } from "~/components/SignInFrame";
import { useLocale } from "~/text/locale";

/** The first run: the person with the printed code becomes the admin. A link carries the code in its fragment, which no server sees. */
export function SetUp() {
  const { text } = useLocale();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState({ code: decodeURIComponent(window.location.hash.slice(1)), name: "", email: "", password: "" });
  const isOpen = useQuery(setUpState).data?.is_open;
  const setUp = useChange({
    run: () => unwrap(api.POST("/api/v1/setup", { body: form })),
    onDone: (who) => {
      rememberCsrfToken(who.csrf_token);
      client.setQueryData(me.queryKey, who);
      client.setQueryData(setUpState.queryKey, { is_open: false });
      void navigate({ to: "/" });
    },
  });
  // Who is signed in goes on with the menu, and who is not is asked to sign in there.
  if (isOpen === false && !setUp.isSuccess) return <Navigate to="/" />;

  const { error } = setUp;
  const fields = error instanceof Problem ? error.fields : {};
  const failure =
    error === null || Object.keys(fields).length > 0
      ? null
      : !(error instanceof Problem)
        ? text.shell.noAnswer
        : error.status === 401
          ? text.shell.wrongCode
          : error.status === 409
            ? text.shell.isSetUp
            : error.message;
  const input = (name: keyof typeof form) => ({
    value: form[name],
    error: fields[name],
    required: true,
    withAsterisk: false,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => setForm({ ...form, [name]: event.currentTarget.value }),
  });
  return (
    <SignInFrame title={text.shell.setUp} lead={text.shell.setUpLead} failure={failure} onSubmit={() => setUp.mutate()}>
      <TextInput label={text.shell.code} description={text.shell.codeHint} autoComplete="off" autoFocus={form.code === ""} {...input("code")} />
      <TextInput label={text.shell.yourName} autoComplete="name" autoFocus={form.code !== ""} {...input("name")} />
      <TextInput label={text.shell.email} inputMode="email" autoComplete="username" {...input("email")} />
      <PasswordInput label={text.shell.password} description={text.shell.passwordHint(PASSWORD_MIN_CHARACTERS)} autoComplete="new-password" minLength={PASSWORD_MIN_CHARACTERS} {...input("password")} />
      <Button type="submit" variant="filled" size="sm" loading={setUp.isPending}>
        {text.shell.create}
      </Button>
    </SignInFrame>
  );
}
