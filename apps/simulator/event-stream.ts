/** One of the Server-Sent Events of a stream. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/**
 * Cuts text that comes in pieces into events (WHATWG HTML, section 9.2, as far as Hail's streams use
 * it: one line each of `id`, `event` and `data`).
 */
export function eventCutter(onEvent: (event: StreamEvent) => void): (piece: string) => void {
  let text = '';
  return (piece) => {
    text += piece;
    let from = 0;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n', from)) {
      const block = text.slice(from, end);
      from = end + 2;
      const data = field(block, 'data: ');
      if (data === undefined) continue;
      onEvent({ id: field(block, 'id: ') ?? '', type: field(block, 'event: ') ?? 'message', data });
    }
    text = text.slice(from);
  };
}

function field(block: string, name: string): string | undefined {
  const start = block.startsWith(name) ? 0 : block.indexOf(`\n${name}`) + 1;
  if (start === 0 && !block.startsWith(name)) return undefined;
  const end = block.indexOf('\n', start);
  return block.slice(start + name.length, end < 0 ? undefined : end);
}
