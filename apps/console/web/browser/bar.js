import { h } from './dom.js';

/**
 * A bar that shows how much of the most something is.
 *
 * @param {number} value
 * @param {number} most
 * @param {string} label for those who do not see it
 */
export function bar(value, most, label) {
  const full = h('span');
  full.style.width = `${Math.min(100, (value / Math.max(1, most)) * 100)}%`;
  return h('span', { class: 'bar', role: 'img', 'aria-label': label }, full);
}
