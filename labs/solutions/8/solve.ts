import { check } from '../../8-a-fifth-service/check.ts';
import type { Solve } from '../../lab.ts';
import { startInstance } from '../../start-instance.ts';
import { takeTrip } from '../../take-trip.ts';
import { untilPasses } from '../../until-passes.ts';

export const solve: Solve = async (lab) => {
  const service = await startInstance(lab.running, 'labs/solutions/8/main.ts', { PORT: '0' });
  const stop = () => service.stop();
  try {
    await Promise.all([takeTrip(lab.running.url, 5), takeTrip(lab.running.url, 2)]);
    await untilPasses(check, lab);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
};
