import type { Coordinate } from '../messaging/message.ts';
import type { Reading } from './reader.ts';

/** What a shard says about itself; turned into log lines and metrics in one place. */
export type Observation =
  | { readonly type: 'claimed'; readonly generation: number }
  | { readonly type: 'ready'; readonly epoch: number; readonly offset: number }
  | { readonly type: 'deposed'; readonly by: string; readonly generation: number }
  | { readonly type: 'revoked' }
  | { readonly type: 'restarting'; readonly reason: string }
  | {
      readonly type: 'waiting';
      readonly for: 'kafka' | 'redis' | 'registry';
      readonly error: unknown;
    }
  | { readonly type: 'dropped'; readonly reason: Reading | 'duplicate'; readonly at: Coordinate }
  /** Numbers are missing in a log: events were lost. */
  | { readonly type: 'gap'; readonly at: Coordinate }
  | { readonly type: 'unreadable'; readonly at: Coordinate; readonly error: unknown }
  | { readonly type: 'dead-letter'; readonly at: Coordinate; readonly reason: string }
  | { readonly type: 'ignored'; readonly input: string; readonly reason: string }
  | { readonly type: 'decided'; readonly inputs: number; readonly events: number }
  | { readonly type: 'folded'; readonly events: number; readonly messages: number }
  | { readonly type: 'failed'; readonly error: unknown };

export type Observe = (observation: Observation) => void;
