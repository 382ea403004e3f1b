import { describeAggregates } from './aggregates.ts';
import { hailTopics } from './asyncapi.ts';
import { hailApi } from './openapi.ts';

/** What Hail agrees with others, by file name; made from the code that keeps it. */
export function contractDocuments(): Readonly<Record<string, string>> {
  return {
    'asyncapi.json': json(hailTopics()),
    'openapi.json': json(hailApi()),
    'aggregates.md': describeAggregates(),
  };
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
