import { type KeyboardEvent, useId } from "react";
import type { Schemas } from "~/api/client";
import { type Experience, ExperienceMark } from "~/components/marks";
import { anchors } from "~/text/anchors";
import { attributes as attributeNames } from "~/text/attributes";
import { useLocale, useTranslated } from "~/text/locale";
import styles from "./log.module.css";

const CHOICES: Experience[] = ["below", "meets", "exceeds"];

interface ExperienceFieldProps {
  value: Experience | null;
  /** Those that it is about: their own anchors are shown too. */
  about: Schemas["AttributeOut"][];
  onChange: (experience: Experience | null) => void;
}

/** Three cards with what they mean; arrows or 1, 2, 3 choose, 0 takes the choice back. */
export function ExperienceField({ value, about, onChange }: ExperienceFieldProps) {
  const { text } = useLocale();
  const nameOf = useTranslated(attributeNames);
  const translated = useTranslated(anchors);
  const name = useId();
  const press = (event: KeyboardEvent) => {
    const at = "0123".indexOf(event.key);
    if (event.key.length !== 1 || at < 0) return;
    event.preventDefault();
    const experience = at === 0 ? null : (CHOICES[at - 1] ?? null);
    onChange(experience);
    document.getElementById(`${name}-${experience ?? "meets"}`)?.focus();
  };
  return (
    <fieldset className={styles["group"]} onKeyDown={press}>
      <legend>{text.log.how}</legend>
      <div className={styles["cards"]}>
        {CHOICES.map((experience, at) => (
          <label key={experience} className={styles["card"]} data-is={experience}>
            <input
              id={`${name}-${experience}`}
              type="radio"
              name={name}
              checked={value === experience}
              onChange={() => onChange(experience)}
            />
            <b>
              <ExperienceMark experience={experience} />
              {text.vocabulary.experience[experience]}
              <kbd aria-hidden="true">{at + 1}</kbd>
            </b>
            <span>{text.log.anchors[experience]}</span>
          </label>
        ))}
      </div>
      {about.slice(0, 3).map((attribute) => (
        <dl key={attribute.key} className={styles["anchors"]}>
          <dt>{text.log.attributeAnchors(nameOf(attribute.label))}</dt>
          {CHOICES.map((experience) => (
            <dd key={experience}>
              <ExperienceMark experience={experience} size={8} />
              {translated(attribute[experience])}
            </dd>
          ))}
        </dl>
      ))}
    </fieldset>
  );
}
