import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api, rememberCsrfToken, unwrap } from "~/api/client";
import { me, setUpState } from "~/api/me";
import { Problem } from "~/api/problem";
import { useChange } from "~/components/change";
import { SignInFrame } from "~/components/SignInFrame";
import { useLocale } from "~/text/locale";

export function SignIn() {
  const { text } = useLocale();
  const { next } = useSearch({ from: "/sign-in" });
  const client = useQueryClient();
  const navigate = useNavigate();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const isOpen = useQuery(setUpState).data?.is_open ?? false;
  const signIn = useChange({
    run: () => unwrap(api.POST("/api/v1/session", { body: { email, password } })),
    onDone: (who) => {
      rememberCsrfToken(who.csrf_token);
      client.setQueryData(me.queryKey, who);
      void navigate({ href: next ?? "/" });
    },
  });
  if (isOpen) return <Navigate to="/set-up" />;

  const { error } = signIn;
  const failure =
    error === null
      ? null
      : !(error instanceof Problem)
        ? text.shell.noAnswer
        : error.status === 429
          ? text.shell.tooMany
          : error.status === 401
            ? text.shell.wrong
            : error.message;
  return (
    <SignInFrame title={text.shell.signIn} lead={next === undefined ? undefined : text.shell.ended} failure={failure} onSubmit={() => signIn.mutate()}>
      <TextInput label={text.shell.email} inputMode="email" autoComplete="username" required autoFocus withAsterisk={false} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
      <PasswordInput label={text.shell.password} autoComplete="current-password" required withAsterisk={false} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
      <Button type="submit" variant="filled" size="sm" loading={signIn.isPending}>
        {text.shell.signIn}
      </Button>
      <p className="quiet">{text.shell.noAccount}</p>
    </SignInFrame>
  );
}
