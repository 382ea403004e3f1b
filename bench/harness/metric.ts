/** The sum of a metric over all its labels, as a process's `/metrics` shows it; 0 while there is none. */
export async function metric(adminUrl: string, name: string): Promise<number> {
  const response = await fetch(`${adminUrl}/metrics`);
  const text = await response.text();
  let sum = 0;
  for (const line of text.split('\n')) {
    const [, found, value] = /^(\w+)(?:\{.*\})? (\S+)/.exec(line) ?? [];
    if (found === name) sum += Number(value);
  }
  return sum;
}
