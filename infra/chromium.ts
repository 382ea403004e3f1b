import { find, install } from './backends/tools.ts';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of a Chromium for browser tests and screenshots; installed if that needs no question, else named. */
export function chromium(progress: (text: string) => void): string {
  const there = () => PROGRAMS.map(find).find((path) => path !== undefined);
  const found = process.env['HAIL_CHROMIUM'] || there();
  if (found !== undefined) return found;
  install('Chromium', ['chromium', 'fonts-dejavu-core'], '--cask chromium', progress);
  return there() ?? 'chromium';
}
