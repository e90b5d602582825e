import { type KeyboardEvent, useRef } from "react";
import { ExperienceMark } from "~/components/marks";
import { anchors } from "~/text/anchors";
import { rating as ratingTexts } from "~/text/rating";
import { useTranslated, useTexts } from "~/text/locale";
import { type Question, type Word, WORD_KEYS, WORDS } from "./answers";
import styles from "./rating.module.css";

interface ChoicesProps {
  question: Question;
  value: Word | null;
  /** By a number key one goes on to the next question, by hand or by arrows one stays. */
  onChoose: (word: Word, isByNumber: boolean) => void;
}

/** Three words with what they mean for this question, and that it does not apply; one stop of the Tab key. */
export function Choices({ question, value, onChoose }: ChoicesProps) {
  const ratingWords = useTexts(ratingTexts);
  const translated = useTranslated(anchors);
  const group = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = WORDS[WORD_KEYS.indexOf(event.key)];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (chosen !== undefined) {
      onChoose(chosen, true);
    } else if (step !== undefined) {
      const buttons = [...(group.current?.querySelectorAll<HTMLElement>("[role=radio]") ?? [])];
      const at = (buttons.findIndex((button) => button === event.target) + step + WORDS.length) % WORDS.length;
      buttons[at]?.focus();
      const word = WORDS[at];
      if (word !== undefined) onChoose(word, false);
    } else return;
    event.preventDefault();
    event.stopPropagation(); // the page listens to the same numbers
  };
  return (
    <div ref={group} className={styles["choices"]} role="radiogroup" aria-labelledby={`q-${question.attribute}`} onKeyDown={press}>
      {WORDS.map((word, at) => (
        <button
          key={word}
          type="button"
          role="radio"
          aria-checked={value === word}
          tabIndex={value === word || (value === null && at === 0) ? 0 : -1}
          className={styles["choice"]}
          data-is={word}
          onClick={() => onChoose(word, false)}
        >
          <b>
            {word !== "not_applicable" && <ExperienceMark experience={word} />}
            {ratingWords.words[word]}
            <kbd aria-hidden="true">{WORD_KEYS[at]}</kbd>
          </b>
          <span>{word === "not_applicable" ? ratingWords.notApplicableLead : translated(question[word])}</span>
        </button>
      ))}
    </div>
  );
}
