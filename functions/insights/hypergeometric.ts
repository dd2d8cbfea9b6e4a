/** Fisher's exact test: how likely chance alone puts so few of the marked into one of two groups. */

/**
 * Of `all`, `marked` are marked and `drawn` are drawn at random: the probability that at most `found` of the drawn are marked,
 * which is the lower tail of the hypergeometric distribution (R. A. Fisher, Statistical Methods for Research Workers, 5th
 * edition, 1934, section 21.02; Lehmann and Romano, Testing Statistical Hypotheses, section 4.5). Expects whole numbers, of
 * which none is larger than `all`.
 */
export function chanceOfAtMost(found: number, { all, marked, drawn }: Draw): number {
  const least = Math.max(0, drawn + marked - all);
  let sum = 0;
  for (let count = least; count <= Math.min(found, marked, drawn); count++) {
    sum += Math.exp(logWays(marked, count) + logWays(all - marked, drawn - count) - logWays(all, drawn));
  }
  return Math.min(sum, 1);
}

export interface Draw {
  readonly all: number;
  readonly marked: number;
  readonly drawn: number;
}

/** The logarithm of the binomial coefficient. */
function logWays(of: number, choose: number): number {
  return logFactorial(of) - logFactorial(choose) - logFactorial(of - choose);
}

/** Of each number so far: a sample has some thousands of viewers. */
const logFactorials = [0];

function logFactorial(of: number): number {
  for (let next = logFactorials.length; next <= of; next++)
    logFactorials.push((logFactorials[next - 1] as number) + Math.log(next));
  return logFactorials[of] as number;
}
