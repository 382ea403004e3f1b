import { once } from 'node:events';
import { styleText } from 'node:util';

/** How a part of a line may be set off on a terminal. */
export type Paint = (text: string) => string;

export type Colour = 'dim' | 'bold' | 'red' | 'yellow' | 'green' | 'cyan' | 'magenta' | 'blue';

/** Where a command's results go: aligned and in colour on a terminal, plain elsewhere, JSON if asked for. */
export interface Output {
  readonly json: boolean;
  readonly isTerminal: boolean;
  paint(colour: Colour, text: string): string;
  line(text?: string): void;
  /** One JSON document on one line, or spread out on a terminal. */
  document(value: unknown): void;
  /** Writes what has gathered; waits while whoever reads it is slower. */
  flush(): Promise<void>;
}

const FLUSH_AT = 65_536;

/** Whoever reads standard output may stop at any time, as `head` does: that ends the process, and is no error. */
export function createOutput({ json }: { readonly json: boolean }): Output {
  const { stdout } = process;
  const isTerminal = stdout.isTTY === true && !json;
  const colours = !json && styleText('red', '', { stream: stdout }) !== '';
  let gathered: string[] = [];
  let length = 0;
  let waiting: Promise<unknown> | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const push = () => {
    if (length === 0) return;
    const chunk = `${gathered.join('\n')}\n`;
    gathered = [];
    length = 0;
    if (!stdout.write(chunk)) waiting ??= once(stdout, 'drain');
  };
  const line = (text = '') => {
    gathered.push(text);
    length += text.length + 1;
    if (length >= FLUSH_AT) push();
  };
  return {
    json,
    isTerminal,
    paint: (colour, text) => (colours ? styleText(colour, text, { validateStream: false }) : text),
    line,
    document: (value) => line(JSON.stringify(value, null, stdout.isTTY ? 2 : undefined)),
    async flush() {
      push();
      await waiting;
      waiting = undefined;
    },
  };
}
