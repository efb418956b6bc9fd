import { expect, it } from 'vitest';
import { goalOf, verdictOf } from '../../bench/goals.ts';
import { measurePairs, medianOf, ratioOf } from '../../bench/pairs.ts';

it('runs both in turn, and does not count the first run of each', async () => {
  const order: string[] = [];
  const runner = (name: string) => (): Promise<string> => {
    order.push(name);
    return Promise.resolve(`${name}${order.length}`);
  };
  const pairs = await measurePairs(2, runner('a'), runner('b'));
  expect(order.join('')).toBe('ababab');
  expect(pairs).toEqual({ ours: ['a3', 'a5'], theirs: ['b4', 'b6'] });
});

it('takes ratios pair by pair, so that a slow moment weighs on both', () => {
  const pairs = { ours: [1, 30, 2, 1], theirs: [2, 60, 2, 5] };
  expect(ratioOf(pairs, (value) => value)).toEqual({ median: 0.5, least: 0.2, most: 1 });
});

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])('the median of %j is %d', (values, median) => {
  expect(medianOf(values, (value) => value)).toBe(median);
});

it.each([
  ['install-s', 0.8, 'excellent'],
  ['install-s', 1.1, 'met'],
  ['install-s', 1.11, 'missed'],
  ['install-x', 9, 'no goal'],
] as const)('%s at %d: %s', (name, value, verdict) => {
  expect(verdictOf(goalOf(name), value)).toBe(verdict);
});
