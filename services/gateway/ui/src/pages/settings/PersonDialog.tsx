import { Alert, Button, Modal, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, unwrap } from "~/api/client";
import { me } from "~/api/me";
import { Problem } from "~/api/problem";
import { type User, users } from "~/api/users";
import { useChange } from "~/components/change";
import { useFailureText, useNotices } from "~/components/notices";
import { useLocale, useTexts } from "~/text/locale";
import { settings } from "~/text/settings";
import { Secret } from "./Section";
import { generatePassword } from "./password";
import { RoleAndSide } from "./RoleAndSide";
import styles from "./Settings.module.css";

/** Adds a person or changes one. A password is generated here, shown once and handed over in person. */
export function PersonDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const { text } = useLocale();
  const words = useTexts(settings);
  const [handedOver, setHandedOver] = useState<{ message: string; password: string } | null>(null);
  return (
    <Modal opened onClose={onClose} size={480} title={user === null ? words.invite : user.name} closeButtonProps={{ "aria-label": text.shell.close }}>
      {handedOver === null ? (
        <PersonForm user={user} onClose={onClose} onPassword={(message, password) => setHandedOver({ message, password })} />
      ) : (
        <div className={styles["form"]}>
          <p role="status">{handedOver.message}</p>
          <Secret label={words.firstPassword} lead={words.firstPasswordLead} value={handedOver.password} />
          <div className={styles["formFoot"]}>
            <Button variant="filled" onClick={onClose}>
              {words.done}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}

interface PersonFormProps {
  user: User | null;
  onClose: () => void;
  onPassword: (message: string, password: string) => void;
}

function PersonForm({ user, onClose, onPassword }: PersonFormProps) {
  const words = useTexts(settings);
  const notices = useNotices();
  const failureText = useFailureText();
  const client = useQueryClient();
  const [form, setForm] = useState({ name: user?.name ?? "", email: user?.email ?? "", role: user?.role ?? ("viewer" as const), side: user?.side ?? ("sponsor" as const) });
  const [version, setVersion] = useState(user?.version ?? 0);
  const saving = useChange({
    run: async (password: string | null) => {
      if (user === null) return { saved: await unwrap(api.POST("/api/v1/users", { body: { ...form, password: password ?? "" } })), password };
      const at = { path: { user_id: user.id }, header: { "If-Match": `"${version}"` } };
      const body = password === null ? form : { ...form, password };
      return { saved: await unwrap(api.PATCH("/api/v1/users/{user_id}", { params: at, body })), password };
    },
    invalidates: [users.queryKey, me.queryKey],
    onDone: ({ saved, password }) => {
      if (password !== null) return onPassword(user === null ? words.isThere(saved.name) : words.hasPassword(saved.name), password);
      notices.showDone(words.done);
      onClose();
    },
    onFailure: async (error) => {
      if (user === null || !(error instanceof Problem) || error.status !== 412) return;
      // Another user saved first: show their version, so that the change can be made again.
      const now = await unwrap(api.GET("/api/v1/users/{user_id}", { params: { path: { user_id: user.id } } }));
      setForm({ name: now.name, email: now.email, role: now.role, side: now.side });
      setVersion(now.version);
      void client.invalidateQueries({ queryKey: users.queryKey });
    },
  });
  const { error } = saving;
  const fields = error instanceof Problem ? error.fields : {};
  const isStale = error instanceof Problem && error.status === 412;
  const failure = error === null || Object.keys(fields).length > 0 ? null : isStale ? words.stale : failureText(error, "detail");
  const input = (name: "name" | "email") => ({
    value: form[name],
    error: fields[name],
    required: true,
    withAsterisk: false,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => setForm({ ...form, [name]: event.currentTarget.value }),
  });
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (!saving.isPending) saving.mutate(user === null ? generatePassword() : null);
      }}
    >
      {failure !== null && (
        <Alert color={isStale ? "ink" : "red"} role="alert" variant="outline">
          {failure}
        </Alert>
      )}
      <TextInput label={words.name} autoComplete="off" data-autofocus {...input("name")} />
      <TextInput label={words.email} inputMode="email" autoComplete="off" {...input("email")} />
      <RoleAndSide role={form.role} side={form.side} onChange={(part) => setForm({ ...form, ...part })} />
      {user !== null && <p className={styles["small"]}>{words.changeEnds}</p>}
      <div className={styles["formFoot"]}>
        {user !== null && (
          <Button className={styles["first"]} loading={saving.isPending} onClick={() => saving.mutate(generatePassword())}>
            {words.newPassword}
          </Button>
        )}
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button type="submit" variant="filled" loading={saving.isPending}>
          {user === null ? words.invite : words.save}
        </Button>
      </div>
    </form>
  );
}
