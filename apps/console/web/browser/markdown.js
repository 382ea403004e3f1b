import { h, table } from './dom.js';
import { drawEntities } from './entities.js';

/** Draws the Markdown of our own documents: headings, paragraphs, tables, code, and entity diagrams. @param {string} text */
export function drawMarkdown(text) {
  const blocks = text
    .split(/^(```[\s\S]*?^```)$/m)
    .flatMap((part) => (part.startsWith('```') ? [part] : part.split(/\n{2,}/)));
  return blocks
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map(drawBlock);
}

/** @param {string} block */
function drawBlock(block) {
  if (block.startsWith('```mermaid\nerDiagram'))
    return drawEntities(block.split('\n').slice(2, -1));
  if (block.startsWith('```'))
    return h('pre', { tabindex: 0 }, block.split('\n').slice(1, -1).join('\n'));
  const heading = /^(#+) (.*)$/.exec(block);
  // The page has a heading of its own above these.
  if (heading) return h(heading[1] === '#' ? 'h3' : 'h4', {}, ...inline(heading[2] ?? ''));
  if (!block.startsWith('|')) return h('p', {}, ...inline(block.replaceAll('\n', ' ')));
  const [head = [], , ...rows] = block.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return table(
    head.join(', '),
    head,
    rows.map((row) => row.map((cell) => h('span', {}, ...inline(cell)))),
  );
}

/** Code between backticks; all else is text. @param {string} text */
function inline(text) {
  return text.split('`').map((part, i) => (i % 2 === 1 ? h('code', {}, part) : part));
}
