import { randomUUID } from 'node:crypto';

const format = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const zeros = /^0+$/;
/** 32 hexadecimal digits. Node keeps random bytes for these in stock, which `randomBytes` does not. */
const random = () => randomUUID().replaceAll('-', '');

/**
 * The W3C trace context (https://www.w3.org/TR/trace-context/) for the next hop: the trace of
 * `incoming` goes on under a new span id; without a valid one a new, sampled trace begins.
 */
export function nextTraceparent(incoming?: string): string {
  const span = random().slice(16);
  const [, version, trace, parent, flags, rest] = format.exec(incoming ?? '') ?? [];
  const valid =
    trace !== undefined &&
    parent !== undefined &&
    version !== 'ff' &&
    !(version === '00' && rest !== undefined) &&
    !zeros.test(trace) &&
    !zeros.test(parent);
  return valid ? `00-${trace}-${span}-${flags}` : `00-${random()}-${span}-01`;
}
