import { jsonCodec } from '../json-codec.ts';
import type { Action } from './plan.ts';
import { type Kind, topics, type World } from './world.ts';

/** Does one action of a plan. What is aimed at a place where nothing runs comes to nothing. */
export function perform(world: World, action: Action): void {
  world.note('—', told(action));
  const running = 'place' in action ? world.at(action.place) : undefined;
  switch (action.do) {
    case 'add':
      add(world, action.key, action.n);
      break;
    case 'garbage':
      garbage(world, action.key);
      break;
    case 'fault':
      running?.instance.faults.push({ ...action });
      break;
    case 'crash':
      running?.instance.crash();
      break;
    case 'start':
      if (running === undefined) world.start(kindOf(action.place), action.place);
      break;
    case 'stop':
      if (running?.instance.state === 'up') world.stop(running);
      break;
    case 'pause':
      if (running?.instance.state !== 'up') break;
      world.pause(running);
      world.scheduler.after(action.for, () => world.wake(running));
      break;
    case 'twice':
    case 'delay': {
      const consumer = running && world.groups[running.kind].consumer(running.instance);
      if (consumer !== undefined) consumer[action.do] = action.by;
      break;
    }
    case 'shuffle':
      world.groups[action.kind].lag = action.lag;
      world.groups[action.kind].shuffle();
      break;
    case 'away':
      world[action.what].away = true;
      world.scheduler.after(action.for, () => {
        world[action.what].away = false;
      });
      break;
    case 'flush':
      world.redis.flush();
      break;
    case 'set back':
      world.redis.setBack(action.by);
      break;
    default:
      action satisfies never;
  }
}

function garbage(world: World, key: string): void {
  const value = Buffer.from('{"type":"Add" and no more');
  world.kafka.put(topics.counterInbox, { key, value, headers: {} });
}

export function add(world: World, key: string, n: number, headers: Record<string, string> = {}) {
  world.kafka.put(topics.counterInbox, {
    key,
    value: jsonCodec.encode('Add', { n }),
    headers: { ce_type: 'hail.test.Add', ...headers },
  });
}

function kindOf(place: string): Kind {
  return place.slice(0, place.lastIndexOf('-')) as Kind;
}

/** An action in words. */
export function told(action: Action): string {
  switch (action.do) {
    case 'add':
      return `a command: add ${action.n} to ${action.key}`;
    case 'garbage':
      return `a command for ${action.key} that nobody can read`;
    case 'fault': {
      const { place, on = 'request', fate, skip, delay } = action;
      const which = skip === 0 ? `next ${on}` : `${on} after the next ${skip}`;
      return `of ${place}, the ${which} will be: ${fate}${fate === 'late' ? ` by ${delay} ms` : ''}`;
    }
    case 'crash':
      return `${action.place} crashes`;
    case 'start':
      return `${action.place} starts, unless it runs`;
    case 'stop':
      return `${action.place} is told to stop`;
    case 'pause':
      return `${action.place} is paused for ${action.for} ms`;
    case 'twice':
      return `the next ${action.by} batches for ${action.place} come twice`;
    case 'delay':
      return `the next batch for ${action.place} comes ${action.by} ms later`;
    case 'shuffle':
      return `the ${action.kind} group moves its partitions; who loses one hears of it ${action.lag} ms later`;
    case 'away':
      return `${action.what === 'kafka' ? 'Kafka' : 'Redis'} is away for ${action.for} ms`;
    case 'flush':
      return 'Redis is emptied';
    case 'set back':
      return `Redis is set back by ${action.by} ms`;
    default:
      return action satisfies never;
  }
}
