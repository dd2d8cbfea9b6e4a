import { expect, test } from "vitest";
import { Documents } from "./documents.ts";

const complete = { document: new Uint8Array([1]), isComplete: true };
const partial = { document: new Uint8Array([1]), isComplete: false };

function counting(...answers: readonly (typeof complete | Error)[]) {
  const made: number[] = [];
  const documents = new Documents(async (sequence) => {
    const answer = answers[made.length] ?? complete;
    made.push(sequence);
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { documents, made };
}

test("who asks at the same time gets the same document, made once, and so does who asks later", async () => {
  const { documents, made } = counting();
  await Promise.all([documents.get(7), documents.get(7), documents.get(7)]);
  await documents.get(7);
  expect(made).toEqual([7]);
});

test("one that isn't complete is made again", async () => {
  const { documents, made } = counting(partial);
  expect(await documents.get(7)).toBe(partial);
  expect(await documents.get(7)).toBe(complete);
  expect(made).toEqual([7, 7]);
});

test("one that failed is made again", async () => {
  const { documents } = counting(new Error("no origin"));
  await expect(documents.get(7)).rejects.toThrow("no origin");
  expect(await documents.get(7)).toBe(complete);
});

test("a minute of them is kept", async () => {
  const { documents, made } = counting();
  for (let sequence = 1; sequence <= 31; sequence += 1) await documents.get(sequence);
  await documents.get(2);
  expect(made).toHaveLength(31);
  await documents.get(1);
  expect(made).toHaveLength(32);
});
