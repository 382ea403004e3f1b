import { describe, expect, it } from 'vitest';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { driverResource } from '../../services/driver/resource.ts';
import { riderResource } from '../../services/rider/resource.ts';
import { tripResource } from '../../services/trip/resource.ts';
import { hailEntities } from './aggregates.ts';
import { drawEntities } from './diagram.ts';
import { attributesOf, type Entity, relationsOf } from './entities.ts';
import { reachableStates } from './states.ts';

const catalogue = loadSchemas();
const home = { latitude: 1, longitude: 2 };
const dog: Entity = {
  name: 'dog',
  key: 'dogId',
  parts: { toys: 'toy' },
  samples: [
    { stage: 'pup', fields: { dogId: 'a', home, ownerId: null, motherDogId: 'b', toys: [] } },
    { stage: 'old', fields: { dogId: 'a', home, ownerId: 'o', motherDogId: 'b', bornAt: 3 } },
  ],
};
const toy: Entity = {
  name: 'toy',
  key: 'toyId',
  parts: {},
  samples: [{ stage: 'in dog', fields: { toyId: 't', bites: { dogIds: ['a'] } } }],
};
const owner: Entity = { name: 'owner', key: 'ownerId', parts: {}, samples: [] };

describe('an entity', () => {
  it('has the fields of its samples, with when they are there and what they are', () => {
    expect(attributesOf(dog, catalogue)).toEqual([
      { name: 'dogId', type: 'string', always: true, stages: ['pup', 'old'] },
      { name: 'home', type: 'Position', always: true, stages: ['pup', 'old'] },
      { name: 'ownerId', type: 'string', always: false, stages: ['old'] },
      { name: 'motherDogId', type: 'string', always: true, stages: ['pup', 'old'] },
      { name: 'bornAt', type: 'time', always: false, stages: ['old'] },
    ]);
  });

  it('names others by their ids, at any depth, and contains its parts', () => {
    expect(relationsOf([dog, toy, owner])).toEqual([
      { from: 'dog', to: 'toy', field: 'toys', contains: true, many: 'any' },
      { from: 'dog', to: 'dog', field: 'motherDogId', contains: false, many: 'one' },
      { from: 'dog', to: 'owner', field: 'ownerId', contains: false, many: 'at most one' },
      { from: 'toy', to: 'dog', field: 'dogIds', contains: false, many: 'any' },
    ]);
  });

  it('is drawn with its keys', () => {
    const drawn = drawEntities([dog, toy, owner], catalogue).split('\n');
    expect(drawn).toContain('  dog }o..o| owner : "ownerId"');
    expect(drawn).toContain('  dog ||--o{ toy : "toys"');
    expect(drawn).toContain('    string dogId PK');
    expect(drawn).toContain('    string ownerId FK "old"');
  });
});

describe('folding samples', () => {
  it('finds a state that only two events in the right order lead to', () => {
    const lamp = {
      initialState: { status: 'none' },
      evolve: (state: { status: string }, { type }: { type: string }) => {
        if (type === 'RiderRegistered') return { status: 'off' };
        return state.status === 'off' ? { status: 'on' } : state;
      },
    };
    const states = reachableStates(lamp, ['FundsDeposited', 'RiderRegistered'], catalogue);
    expect(states).toEqual([{ status: 'off' }, { status: 'on' }]);
  });

  it.each([
    ['rider', riderResource.shape.status.options],
    ['trip', tripResource.shape.status.options],
    ['driver', driverResource.shape.status.options],
  ])('reaches every status of a %s that the API shows', (kind, shown) => {
    const samples = hailEntities().find(({ name }) => name === kind)?.samples ?? [];
    const reached = samples.map(({ stage }) =>
      stage.replace(/[A-Z]/, (c) => `-${c.toLowerCase()}`),
    );
    expect(new Set(['pending', ...reached])).toEqual(new Set(shown));
  });
});
