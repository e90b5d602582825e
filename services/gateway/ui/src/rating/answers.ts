import type { Schemas } from "~/api/client";
import { oneOf, valuesOf } from "~/api/enums";

/** What one rater is answering, before it is sent. Pure. */

export type Word = Schemas["Answer"]["rating"];
export type Link = Schemas["EvidenceLink"];
export type Question = Schemas["QuestionOut"];

export interface Answer {
  /** Null while only a comment or evidence is there. */
  rating: Word | null;
  comment: string;
  evidence: Link[];
}

/** By attribute; what is not in it is untouched. */
export type Answers = Record<string, Answer>;

export const WORDS: Word[] = ["below", "meets", "exceeds", "not_applicable"];
/** The keys that choose them, in the same order. */
export const WORD_KEYS = ["1", "2", "3", "0"];

export const UNTOUCHED: Answer = { rating: null, comment: "", evidence: [] };

export function answersOf(ratings: Schemas["AnswerOut"][]): Answers {
  return Object.fromEntries(
    ratings.map(({ attribute, rating, comment, evidence }) => [attribute, { rating, comment: comment ?? "", evidence: evidence.filter(isLink) }]),
  );
}

const SOURCE_KINDS = valuesOf<Link["source_kind"]>({ interaction: true, delivery: true, milestone: true });

function isLink(link: Schemas["EvidenceLinkOut"]): link is Link {
  return oneOf(link.source_kind, SOURCE_KINDS) !== undefined;
}

export function isLackingComment(answer: Answer | undefined): boolean {
  return answer?.rating === "below" && answer.comment.trim() === "";
}

/** The answers to send: chosen, and with the comment that below needs. What is not sent waits on this device. */
export function sendable(answers: Answers, questions: Question[]): Schemas["Answer"][] {
  return questions.flatMap(({ attribute }) => {
    const answer = answers[attribute];
    if (answer === undefined || answer.rating === null || isLackingComment(answer)) return [];
    return [{ attribute, rating: answer.rating, comment: answer.comment.trim() || null, evidence: answer.evidence }];
  });
}

export interface Progress {
  asked: number;
  answered: number;
  /** The attributes whose below still lacks its comment, in the order of the questions. */
  lacking: string[];
}

export function progressOf(answers: Answers, questions: Question[]): Progress {
  const lacking = questions.filter(({ attribute }) => isLackingComment(answers[attribute])).map(({ attribute }) => attribute);
  return { asked: questions.length, answered: sendable(answers, questions).length, lacking };
}

export function isSame(one: Answers, other: Answers, questions: Question[]): boolean {
  return questions.every(({ attribute }) => written(one[attribute]) === written(other[attribute]));
}

function written({ rating, comment, evidence }: Answer = UNTOUCHED): string {
  return JSON.stringify([rating, comment.trim(), evidence.map((link) => link.source_id).sort()]);
}

export function isLinked(answer: Answer | undefined, link: Link): boolean {
  return answer?.evidence.some((each) => each.source_id === link.source_id) ?? false;
}

export function toggled(evidence: Link[], { source_kind, source_id }: Link): Link[] {
  const left = evidence.filter((each) => each.source_id !== source_id);
  return left.length < evidence.length ? left : [...evidence, { source_kind, source_id }];
}

export interface GroupOfQuestions {
  group: string;
  importance: number;
  questions: Question[];
}

/** In the order in which they are asked. */
export function byGroup(questions: Question[]): GroupOfQuestions[] {
  const groups = new Map<string, GroupOfQuestions>();
  for (const question of questions) {
    const found = groups.get(question.group) ?? { group: question.group, importance: 0, questions: [] };
    found.importance += question.importance;
    found.questions.push(question);
    groups.set(question.group, found);
  }
  return [...groups.values()];
}
