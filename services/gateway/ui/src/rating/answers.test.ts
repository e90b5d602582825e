import { expect, test } from "vitest";
import { type Answers, answersOf, byGroup, isSame, progressOf, type Question, sendable, toggled } from "./answers";

const question = (attribute: string, group = "quality"): Question => ({
  attribute, group, label: attribute, definition: "", below: "", meets: "", exceeds: "", importance: 0.25,
});
const QUESTIONS = [question("a"), question("b"), question("c", "service"), question("d")];

test("a below without its comment waits, and what was only commented is no answer", () => {
  const answers: Answers = {
    a: { rating: "below", comment: " ", evidence: [] },
    b: { rating: "exceeds", comment: "", evidence: [] },
    c: { rating: null, comment: "Thinking about it.", evidence: [] },
  };

  expect(sendable(answers, QUESTIONS)).toEqual([{ attribute: "b", rating: "exceeds", comment: null, evidence: [] }]);
  expect(progressOf(answers, QUESTIONS)).toEqual({ asked: 4, answered: 1, lacking: ["a"] });
  expect(sendable({ ...answers, a: { rating: "below", comment: " Late. ", evidence: [] } }, QUESTIONS)[0]).toMatchObject({ comment: "Late." });
});

test("what the server sent back is what was sent, whatever the order of its evidence", () => {
  const links = [{ source_kind: "delivery" as const, source_id: "1" }, { source_kind: "milestone" as const, source_id: "2" }];
  const sent: Answers = { b: { rating: "meets", comment: "fine ", evidence: links } };
  const back = answersOf([{ attribute: "b", rating: "meets", comment: "fine", evidence: [...links].reverse() }]);

  expect(isSame(sent, back, QUESTIONS)).toBe(true);
  expect(isSame(sent, {}, QUESTIONS)).toBe(false);
  expect(isSame({ a: { rating: null, comment: "", evidence: [] } }, {}, QUESTIONS)).toBe(true);
});

test("evidence is linked and let go again", () => {
  const one = toggled([], { source_kind: "delivery", source_id: "1" });

  expect(one).toEqual([{ source_kind: "delivery", source_id: "1" }]);
  expect(toggled(one, { source_kind: "delivery", source_id: "1" })).toEqual([]);
});

test("questions stand together by group, in the order asked, with what the group weighs", () => {
  expect(byGroup(QUESTIONS).map(({ group, importance, questions }) => [group, importance, questions.length])).toEqual([
    ["quality", 0.75, 3],
    ["service", 0.25, 1],
  ]);
});
