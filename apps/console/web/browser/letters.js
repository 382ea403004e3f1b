import { h, put, show } from './dom.js';
import { clock, count, short } from './format.js';
import { openRecord } from './record.js';
import { get, post, setToken, token } from './server.js';

/** @typedef {import('../shapes.ts').LetterRow} LetterRow */

/** What became of a letter that was to be redriven. @type {Readonly<Record<string, string>>} */
const outcomes = {
  redriven: 'was sent back',
  completed: 'was sent back: an earlier redrive had been interrupted',
  already: 'had been sent back before',
  repetition: 'is about the same message as another letter',
  absent: 'is not there',
};

/** What was set aside, why, and sending it back. @type {import('./main.js').Page} */
export async function letters(main, signal) {
  const said = h('p', { role: 'status', class: 'said' });
  const list = h('div', { id: 'letters' });
  const input = h('input', {
    type: 'password',
    name: 'token',
    autocomplete: 'off',
    required: true,
  });
  const ask = h(
    'form',
    {
      class: 'line panel',
      hidden: token() !== '',
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        setToken(input.value);
        ask.hidden = true;
      },
    },
    h('label', { class: 'field inline' }, 'Token, as npm start prints it', input),
    h('button', {}, 'Use it'),
  );
  const redrive = async (/** @type {readonly LetterRow[]} */ rows) => {
    const wanted = rows.map(({ topic, partition, offset }) => ({ topic, partition, offset }));
    try {
      /** @type {{ letter: { topic: string, partition: number, offset: number }, to: string, outcome: string }[]} */
      const results = await post('/api/letters/redrive', { letters: wanted });
      show(
        said,
        results
          .map(
            ({ letter, to, outcome }) =>
              `${letter.topic}/${letter.partition}/${letter.offset} → ${to}: ${outcomes[outcome] ?? outcome}. `,
          )
          .join(''),
      );
      await draw();
    } catch (error) {
      const { status, message } = /** @type {import('./server.js').ServerProblem} */ (error);
      if (status === 401) ask.hidden = false;
      show(said, h('span', { class: 'problem' }, message));
    }
  };
  const draw = async () => {
    /** @type {{ letters: LetterRow[], total: number }} */
    const { letters, total } = await get('/api/letters', signal);
    const open = letters.filter(({ status }) => status === 'open');
    const more = total > letters.length ? ` Showing the latest ${count(letters.length)}.` : '';
    show(
      list,
      h(
        'p',
        { class: 'line' },
        `${count(total)} letters, ${count(open.length)} open.${more}`,
        open.length > 1 &&
          h('button', { onclick: () => void redrive(open) }, `Redrive all ${open.length} open`),
        h('button', { onclick: () => void draw() }, 'Look again'),
      ),
      h(
        'ul',
        { class: 'letters' },
        ...letters.map((letter) => drawLetter(letter, redrive, signal)),
      ),
    );
  };
  put(
    main,
    h('h1', {}, 'Dead letters'),
    h(
      'p',
      { class: 'quiet' },
      'Messages that could not be handled. A redrive sends one back to where it came from, once.',
    ),
    ask,
    said,
    list,
  );
  await draw();
}

/**
 * @param {LetterRow} letter
 * @param {(rows: readonly LetterRow[]) => void} redrive
 * @param {AbortSignal} signal
 */
function drawLetter(letter, redrive, signal) {
  const {
    topic,
    partition,
    offset,
    reason,
    from,
    group,
    key,
    setAsideAt,
    redrives,
    status,
    type,
    line,
  } = letter;
  const place = `${topic}/${partition}/${offset}`;
  return h(
    'li',
    { class: 'panel letter', 'data-letter': place },
    h(
      'div',
      { class: 'line' },
      h('h2', { class: 'name' }, place),
      h('span', { class: `stage ${status}` }, status),
      redrives > 0 &&
        h(
          'span',
          { class: 'quiet' },
          `failed again after ${redrives} redrive${redrives === 1 ? '' : 's'}`,
        ),
    ),
    h('p', {}, reason),
    h(
      'p',
      { class: 'quiet' },
      `${clock(setAsideAt)} · from ${from ?? 'an unknown place'} · by ${group} · key ${short(key)}`,
    ),
    h('p', { class: 'mono value' }, type && h('strong', {}, `${type} `), line),
    h(
      'div',
      { class: 'line' },
      h(
        'button',
        { onclick: () => void openRecord(letter, signal), 'aria-label': `Open ${place}` },
        'Open',
      ),
      status === 'open' &&
        h(
          'button',
          { class: 'main', onclick: () => redrive([letter]), 'aria-label': `Redrive ${place}` },
          'Redrive',
        ),
    ),
  );
}
