import { expect, it, vi } from 'vitest';
import { createClock } from './clock.ts';

it('wakes everybody in order, at the moment meant, with one timer', async () => {
  vi.useFakeTimers({ now: 1_000 });
  try {
    const clock = createClock();
    const woken: string[] = [];
    clock.at(1_030, () => woken.push('c'));
    clock.at(1_010, () => woken.push('a'));
    const callOff = clock.at(1_015, () => woken.push('never'));
    void clock.pause(20).then((due) => woken.push(`b at ${due}`));
    callOff();
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(25);
    expect(woken).toEqual(['a', 'b at 1020']);
    await vi.advanceTimersByTimeAsync(10);
    expect(woken).toEqual(['a', 'b at 1020', 'c']);
    expect(clock.late.totalCount).toBe(3);
  } finally {
    vi.useRealTimers();
  }
});

it('ends all pauses when it is stopped, and runs nothing more', async () => {
  const clock = createClock();
  let ran = false;
  clock.at(Date.now() + 60_000, () => {
    ran = true;
  });
  const paused = clock.pause(60_000);
  clock.stop();
  await paused;
  await clock.pause(60_000);
  expect(ran).toBe(false);
  expect(clock.stopped).toBe(true);
});

it('says by how much it is late', async () => {
  const clock = createClock();
  await new Promise<void>((resolve) => void clock.at(Date.now() - 500, resolve));
  expect(clock.late.maxValue).toBeGreaterThanOrEqual(500);
  clock.stop();
});
